using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>Who keeps a token until the receiver has it. As text: <c>push</c>, <c>poll</c>.</summary>
internal enum Delivery
{
    /// <summary>Nobody: it is sent to the receiver (RFC 8935).</summary>
    Push,

    /// <summary>The console, where the receiver fetches it (RFC 8936).</summary>
    Poll,
}

/// <summary>A receiver's settings, read and checked. Holds a key and a credential: has no text form.</summary>
internal sealed class SharedSignalsSettings
{
    private const string PersonEmail = "person.email";

    public static readonly IReadOnlyList<SettingDescription> Described =
    [
        new("url", SettingKind.Url, true, "The receiver's push endpoint (RFC 8935); with delivery: poll the console's stream for it, such as https://console.example.test/signals/crm."),
        new("delivery", SettingKind.Choice, false, "push (default), or poll: the receiver fetches from the console (RFC 8936).", EnumText.All<Delivery>().ToList()),
        new("token", SettingKind.Secret, false, "What is sent as Authorization: Bearer. For poll: a key of the console with the role transmitter."),
        new("issuer", SettingKind.Url, true, "Who says it (iss), as the receiver knows us, such as https://deprovisioner.example.test."),
        new("audience", SettingKind.Text, true, "For whom it is (aud), as the receiver is called, such as https://crm.example.test."),
        new("signingKey", SettingKind.Secret, true, "PEM of the private key that signs: RSA of 2048 bits or more (RS256), or P-256 (ES256)."),
        new("keyId", SettingKind.Text, false, "What the receiver knows the key by (kid); default: the key's thumbprint (RFC 7638), which systems check shows with the public key."),
        new("subject", SettingKind.Choice, false, "By what the receiver knows a person; person.email unless told.", [PersonEmail, "person.userName", "personId", "employmentId"]),
        new("subjectFormat", SettingKind.Choice, false, "How that is said (RFC 9493): email, iss-sub with subjectIssuer, or opaque; default: email for person.email, else opaque.", EnumText.All<SubjectFormat>().ToList()),
        new("subjectIssuer", SettingKind.Url, false, "For iss-sub: the identity provider whose sub it is."),
        new("caFile", SettingKind.Text, false, "PEM file of the authorities that vouch for the server; default: those of the machine."),
    ];

    private SharedSignalsSettings(Uri endpoint, EventSigner signer, string issuer, string audience, TimeSpan timeout)
        => (Endpoint, Signer, Issuer, Audience, Timeout) = (endpoint, signer, issuer, audience, timeout);

    public Uri Endpoint { get; }

    public EventSigner Signer { get; }

    public string Issuer { get; }

    public string Audience { get; }

    public TimeSpan Timeout { get; }

    public Delivery Delivery { get; private init; }

    /// <summary>Null: none is sent.</summary>
    public string? Token { get; private init; }

    /// <summary>A key of <see cref="StepCommand.Facts"/>.</summary>
    public string Subject { get; private init; } = PersonEmail;

    public SubjectFormat SubjectFormat { get; private init; }

    /// <summary>Only where the format is <see cref="SharedSignals.SubjectFormat.IssSub"/>.</summary>
    public string? SubjectIssuer { get; private init; }

    /// <summary>Null: the machine's own authorities.</summary>
    public X509ChainPolicy? Trust { get; private init; }

    /// <exception cref="SystemFaultException">A setting is wrong; names the setting, never its value.</exception>
    public static SharedSignalsSettings Read(SystemSettings system, ISecrets secrets)
    {
        var settings = new SettingsReader(system, secrets);
        var subject = settings.Optional("subject") ?? PersonEmail;
        var format = settings.Optional("subjectFormat") is null && subject != PersonEmail ? SubjectFormat.Opaque : settings.Choice<SubjectFormat>("subjectFormat");
        return new SharedSignalsSettings(
            EndpointFrom(settings), EventSigner.Of(settings.Required("signingKey"), settings.Optional("keyId"), settings), settings.Required("issuer"), settings.Required("audience"), system.Limits.Timeout)
        {
            Delivery = settings.Choice<Delivery>("delivery"),
            Token = settings.BearerToken("token"),
            Subject = subject,
            SubjectFormat = format,
            SubjectIssuer = format is SubjectFormat.IssSub ? settings.Required("subjectIssuer") : null,
            Trust = settings.Trust("caFile"),
        };
    }

    // RFC 8935 section 5.1 wants TLS; to this machine itself the way is short.
    private static Uri EndpointFrom(SettingsReader settings)
        => Uri.TryCreate(settings.Required("url").TrimEnd('/'), UriKind.Absolute, out var endpoint)
            && (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))
            && endpoint is { Host.Length: > 0, Fragment.Length: 0, UserInfo.Length: 0 }
                ? endpoint
                : throw settings.Unusable("url", "must be an https address without a user and a fragment, such as https://crm.example.test/events");
}
