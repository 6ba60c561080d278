using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>A system's settings, read and checked. Holds a credential: has no text form.</summary>
internal sealed class KubernetesSettings
{
    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("url", SettingKind.Url, true, "The API server, such as https://cluster.example.test:6443."),
        new("token", SettingKind.Secret, true, "A service account's token (deploy/kubernetes-access says which rights it needs)."),
        new("caFile", SettingKind.Text, false, "PEM file of the authorities that vouch for the server; default: those of the machine."),
        new("userPrefix", SettingKind.Text, false, "What the API server puts before the names of its identity provider (--oidc-username-prefix), such as oidc:; default: nothing."),
    ];

    private KubernetesSettings(Uri endpoint, string token, string userPrefix, TimeSpan timeout)
        => (Endpoint, Token, UserPrefix, Timeout) = (endpoint, token, userPrefix, timeout);

    /// <summary>Ends with a slash, has no query and no user.</summary>
    public Uri Endpoint { get; }

    public string Token { get; }

    /// <summary>Empty: none.</summary>
    public string UserPrefix { get; }

    public TimeSpan Timeout { get; }

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    /// <exception cref="SystemFaultException">A setting is wrong; names the setting, never its value.</exception>
    public static KubernetesSettings Read(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        if (system.Match?.Attribute is not (null or "name"))
        {
            throw settings.Unusable("match.attribute", "must be name, or left out: Kubernetes knows a user by nothing else");
        }

        return new KubernetesSettings(
            settings.BaseAddress("url", "/", "https://cluster.example.test:6443"), settings.BearerToken("token") ?? settings.Required("token"), settings.Optional("userPrefix") ?? "", system.Limits.Timeout)
        {
            Trust = settings.Trust("caFile"),
        };
    }
}
