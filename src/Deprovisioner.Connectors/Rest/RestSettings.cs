using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>A declared system's settings, read and checked. Holds credentials: has no text form.</summary>
internal sealed class RestSettings
{
    private RestSettings(IReadOnlyDictionary<string, string> values, Uri endpoint, string attribute, TimeSpan timeout)
        => (Values, Endpoint, Attribute, Timeout) = (new Scope().With("settings", values), endpoint, attribute, timeout);

    /// <summary>What templates may name everywhere.</summary>
    public Scope Values { get; }

    /// <summary>The base of all paths: ends without a slash, has no query and no user.</summary>
    public Uri Endpoint { get; }

    /// <summary>By which of the declaration's attributes accounts are found.</summary>
    public string Attribute { get; }

    public TimeSpan Timeout { get; }

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    /// <summary>Who gets what a leaver owns: a fact's key, or <c>account:VALUE</c>.</summary>
    public string? TransferTo { get; private init; }

    /// <exception cref="SystemFaultException">A setting is wrong; names the setting, never its value.</exception>
    public static RestSettings Read(Declaration declaration, SystemSettings system, ISecrets secrets)
    {
        var reader = new SettingsReader(system, secrets);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, setting) in declaration.Settings)
        {
            if ((reader.Optional(key) ?? setting.Default ?? (setting.IsRequired ? reader.Required(key) : null)) is { } value)
            {
                values[key] = setting.Kind == SettingKind.Url ? Address(value, key, reader).ToString().TrimEnd('/') : value;
            }
        }

        var attribute = system.Match?.Attribute ?? declaration.Find.Keys.First();
        if (!declaration.Find.ContainsKey(attribute))
        {
            throw reader.Unusable("match.attribute", $"is not one of: {string.Join(", ", declaration.Find.Keys)}");
        }

        var scope = new Scope().With("settings", values);
        return new RestSettings(values, Address(Rendered.Text(declaration.Server.Url, Place.Plain, scope), "url", reader), attribute, system.Limits.Timeout)
        {
            Trust = reader.Trust(RestKind.CaFile),
            TransferTo = reader.Optional(RestKind.TransferTo),
        };
    }

    private static Uri Address(string text, string key, SettingsReader reader) => HttpSettings.Address(text) ?? throw reader.Unusable(key, HttpSettings.HowAddressesAre);
}
