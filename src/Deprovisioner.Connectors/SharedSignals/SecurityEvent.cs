using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>The claims of a Security Event Token (RFC 8417 section 2.2), as the Shared Signals Framework 1.0 wants them: <c>sub_id</c> at the top, neither <c>sub</c> nor <c>exp</c> (section 4).</summary>
internal static class SecurityEvent
{
    public static Dictionary<string, object> Claims(Signal signal, SharedSignalsSettings settings, DateTimeOffset now) => new()
    {
        [JwtRegisteredClaimNames.Iss] = settings.Issuer,
        [JwtRegisteredClaimNames.Jti] = signal.Id,
        [JwtRegisteredClaimNames.Iat] = now.ToUnixTimeSeconds(),
        [JwtRegisteredClaimNames.Aud] = settings.Audience,
        ["txn"] = signal.Cause.ToString(),
        ["sub_id"] = Subject(signal.Subject, settings),
        ["events"] = new Dictionary<string, object> { [EventTypes.Of[signal.Action]] = Details(EventTypes.Of[signal.Action], now) },
    };

    private static Dictionary<string, object> Subject(string subject, SharedSignalsSettings settings) => settings.SubjectFormat switch
    {
        SubjectFormat.Email => new() { ["format"] = "email", ["email"] = subject },
        SubjectFormat.IssSub => new() { ["format"] = "iss_sub", ["iss"] = settings.SubjectIssuer!, ["sub"] = subject },
        SubjectFormat.Opaque => new() { ["format"] = "opaque", ["id"] = subject },
        var other => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"No format: {other}.")),
    };

    /// <summary>CAEP section 2: when it happened, and what made it so. RISC knows no such claims, and a reason (<c>hijacking</c>, <c>bulk-account</c>) is never ours.</summary>
    private static Dictionary<string, object> Details(string type, DateTimeOffset now)
        => type == EventTypes.SessionRevoked ? new() { ["event_timestamp"] = now.ToUnixTimeSeconds(), ["initiating_entity"] = "policy" } : [];
}
