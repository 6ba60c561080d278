using System.Text.Json.Serialization;

namespace Deprovisioner.Contracts;

/// <summary>How an attempt ended. The set is closed.</summary>
[JsonConverter(typeof(EnumTextConverter<Outcome>))]
public enum Outcome
{
    /// <summary>Done, and read back.</summary>
    Changed,

    /// <summary>It was so before; read back.</summary>
    Already,

    /// <summary>No such account; <see cref="StepReport.Code"/> is <c>unconfirmed</c> where no canary account could vouch for it.</summary>
    Absent,

    /// <summary>The system, or a person, took it and finishes later.</summary>
    Accepted,

    /// <summary>Observe mode: what would have been done.</summary>
    Observed,

    /// <summary>The system asked for patience, until <see cref="StepReport.RetryAt"/>. Costs no attempt.</summary>
    Throttled,

    /// <summary>A passing fault: try again.</summary>
    Transient,

    /// <summary>Our own credential is not accepted, or sees too little: it is the system's trouble, not this person's.</summary>
    Unauthorized,

    /// <summary>Will not succeed by itself.</summary>
    Rejected,

    /// <summary>Belongs to another system (a synced group, a group-assigned licence).</summary>
    NotRemovableHere,

    /// <summary>Not exactly the account that may be touched; nothing was.</summary>
    Ambiguous,

    /// <summary>Sent, and no answer came: it is read before it is repeated.</summary>
    Indeterminate,
}
