namespace Deprovisioner.Storage.Access;

/// <summary>What somebody may do over HTTP. Whoever has none may do nothing; several add up.</summary>
public static class AccessRoles
{
    /// <summary>Sees everything that runs and ran, and asks for nothing.</summary>
    public const string Viewer = "viewer";

    /// <summary>Sees it too, and replays, settles, cancels, pauses, reconciles.</summary>
    public const string Operator = "operator";

    /// <summary>Sees it too, and releases, rejects and approves: what is held, stages, announced layoffs.</summary>
    public const string Approver = "approver";

    /// <summary>Sees it too, and verifies and exports the audit, with reports.</summary>
    public const string Auditor = "auditor";

    /// <summary>Sends HR events, and sees nothing.</summary>
    public const string Publisher = "publisher";

    /// <summary>Brings security event tokens for receivers that fetch them, and asks what became of those; sees nothing else.</summary>
    public const string Transmitter = "transmitter";

    /// <summary>Fetches the security event tokens that are for the one whose key it is, and sees nothing else.</summary>
    public const string Receiver = "receiver";

    /// <summary>All of them, in the order in which they are named.</summary>
    public static IReadOnlyList<string> All { get; } = [Viewer, Operator, Approver, Auditor, Publisher, Transmitter, Receiver];

    /// <summary>Those who see how things stand.</summary>
    public static IReadOnlyList<string> Readers { get; } = [Viewer, Operator, Approver, Auditor];
}
