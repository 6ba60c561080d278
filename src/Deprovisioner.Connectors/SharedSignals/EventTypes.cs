using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>Which event tells of which action.</summary>
internal static class EventTypes
{
    /// <summary>https://openid.net/specs/openid-caep-1_0.html, section 3.1. Its subject is the user: so all of the user's sessions are meant.</summary>
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    /// <summary>https://openid.net/specs/openid-risc-1_0.html, section 2: account disabled, enabled and purged.</summary>
    private const string Risc = "https://schemas.openid.net/secevent/risc/event-type/";

    public static IReadOnlyDictionary<StepAction, string> Of { get; } = new Dictionary<StepAction, string>
    {
        [StepAction.DisableAccount] = Risc + "account-disabled",
        [StepAction.RevokeSessions] = SessionRevoked,
        [StepAction.DeleteAccount] = Risc + "account-purged",
        [StepAction.RestoreAccount] = Risc + "account-enabled",
    };

    /// <summary>Its last part, which is what people call it by.</summary>
    public static string NameOf(string type) => type[(type.LastIndexOf('/') + 1)..];
}
