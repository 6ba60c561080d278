using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>A system's settings, read and checked. Holds a credential: has no text form.</summary>
internal sealed class RabbitMqSettings
{
    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("url", SettingKind.Url, true, "Where the management plugin listens, without /api, such as https://mq.example.test:15671."),
        new("user", SettingKind.Text, true, "A user with the tag administrator: the API lets no other see or change users."),
        new("password", SettingKind.Secret, true, "Its password."),
        new("caFile", SettingKind.Text, false, "PEM file of the authorities that vouch for the server; default: those of the machine."),
    ];

    private RabbitMqSettings(Uri endpoint, string user, AuthenticationHeaderValue credential, TimeSpan timeout)
        => (Endpoint, User, Credential, Timeout) = (endpoint, user, credential, timeout);

    /// <summary>Ends with <c>/api/</c>, has no query and no user.</summary>
    public Uri Endpoint { get; }

    public string User { get; }

    public AuthenticationHeaderValue Credential { get; }

    public TimeSpan Timeout { get; }

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    /// <exception cref="SystemFaultException">A setting is wrong; names the setting, never its value.</exception>
    public static RabbitMqSettings Read(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        if (system.Match?.Attribute is not (null or "name"))
        {
            throw settings.Unusable("match.attribute", "must be name, or left out: RabbitMQ knows a user by nothing else");
        }

        // RFC 7617 section 2: the user name cannot hold a colon.
        var user = settings.Required("user");
        return user.Contains(':', StringComparison.Ordinal)
            ? throw settings.Unusable("user", "cannot hold a colon")
            : new RabbitMqSettings(
                settings.BaseAddress("url", "/api/", "https://mq.example.test:15671"),
                user,
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{settings.Required("password")}"))),
                system.Limits.Timeout)
            {
                Trust = settings.Trust("caFile"),
            };
    }
}
