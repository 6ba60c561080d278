using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>Whether a connection is encrypted before anything is said on it.</summary>
internal enum StartTls
{
    /// <summary>A server that does not offer it gets nothing.</summary>
    Required,

    /// <summary>For a server on the same machine.</summary>
    None,
}

/// <summary>A system's settings, read and checked. Holds a credential: has no text form.</summary>
internal sealed class ManageSieveSettings
{
    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("host", SettingKind.Text, true, "Where ManageSieve listens; its certificate must name this host."),
        new("port", SettingKind.Integer, false, "Default 4190."),
        new("startTls", SettingKind.Choice, false, "Default required; none for a server on the same machine only.", [.. EnumText.All<StartTls>()]),
        new("user", SettingKind.Text, true, "An administrator who may act for every mailbox, such as a master user of Dovecot."),
        new("password", SettingKind.Secret, true, "The administrator's password, such as ${env:SIEVE_PASSWORD}."),
        new("caFile", SettingKind.Text, false, "PEM file of the authorities that vouch for the server; default: those of the machine."),
    ];

    /// <summary>RFC 5804, section 1.8.</summary>
    private const int DefaultPort = 4190;

    private ManageSieveSettings(string host, int port, string user, string password) => (Host, Port, User, Password) = (host, port, user, password);

    public string Host { get; }

    public int Port { get; }

    public string User { get; }

    public string Password { get; }

    public StartTls StartTls { get; private init; }

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    /// <summary>A mailbox that always exists; null: none is named.</summary>
    public string? Canary { get; private init; }

    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <exception cref="SystemFaultException">A setting cannot be used; names the setting, never its value.</exception>
    public static ManageSieveSettings Read(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        if (system.Match?.Attribute is not (null or "name"))
        {
            throw settings.Unusable("match.attribute", "must be name, or left out: ManageSieve knows a mailbox by nothing else");
        }

        var read = new ManageSieveSettings(HostFrom(settings), PortFrom(settings), Credential("user"), Credential("password"))
        {
            StartTls = settings.Choice<StartTls>("startTls"),
            Trust = settings.Trust("caFile"),
            Canary = system.Canary is { } canary ? secrets.Resolve(canary) : null,
        };
        return read.StartTls is StartTls.Required || read.IsLoopback
            ? read
            : throw settings.Unusable("startTls", "can be none on the same machine only: the password would cross the network readable");

        // RFC 4616, section 2: NUL stands between them.
        string Credential(string key) => settings.Required(key) is var text && text.Contains('\0', StringComparison.Ordinal) ? throw settings.Unusable(key, "cannot hold NUL") : text;
    }

    private static string HostFrom(SettingsReader settings)
        => settings.Required("host") is var host && Uri.CheckHostName(host) is not UriHostNameType.Unknown ? host : throw settings.Unusable("host", "must be a host's name or address and nothing else");

    private static int PortFrom(SettingsReader settings)
        => settings.Optional("port") is not { } text ? DefaultPort
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port
            : throw settings.Unusable("port", "must be a number from 1 to 65535");
}
