using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Sagas;

/// <summary>Where a step stands, and who moves it on.</summary>
public enum StepStatus
{
    /// <summary>Its stage has not opened, an earlier step on the same system is not settled, or the saga is held. The saga's next decision moves it on.</summary>
    Waiting,

    /// <summary>May be sent from <see cref="Step.DueAt"/> on. The dispatcher claims it.</summary>
    Due,

    /// <summary>Sent, under a lease. A report moves it on, or the lease's end does.</summary>
    InFlight,

    /// <summary>A person has it. Only <c>resolve</c> moves it on, and then <c>verify</c> where somebody else must vouch for it.</summary>
    OpenTask,

    /// <summary>Settled: the system, read back, says that it is so, or a person vouched for it.</summary>
    Succeeded,

    /// <summary>Settled unless a person replays or resolves it.</summary>
    Failed,

    /// <summary>Settled: not needed any more.</summary>
    Cancelled,
}

/// <summary>One action on one system in one saga.</summary>
public sealed record Step
{
    /// <summary>The code of a step that a person settled.</summary>
    public const string ByHand = "resolved-by-hand";

    /// <summary>The code of a step that a person decided not to need.</summary>
    public const string Skipped = "skipped";

    /// <summary>The code with which a host says that an attempt of ours, which never reported, may have done what it found done.</summary>
    public const string AfterRetry = "already-after-retry";

    /// <summary>The code with which a host says that it could not tell which account is the person's, and touched none.</summary>
    public const string AmbiguousAccount = "ambiguous";

    /// <summary>The code with which a host refuses a command, untouched, because it has seen one of a newer version of the employment.</summary>
    public const string Fenced = "fenced";

    public required StepId Id { get; init; }

    /// <summary>0 for the first of the saga.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The ordinal of its stage.</summary>
    public required int Stage { get; init; }

    public required SystemName System { get; init; }

    public required StepAction Action { get; init; }

    public string? Instruction { get; init; }

    /// <summary>As in the plan.</summary>
    public string? Owner { get; init; }

    /// <summary>As in the plan.</summary>
    public Reversibility? Reversible { get; init; }

    /// <summary>As in the plan.</summary>
    public IReadOnlyList<int> Needs { get; init; } = [];
    /// <summary>For <see cref="StepAction.RemoveEntitlements"/>: which of them; null: all.</summary>
    public EntitlementSelection? Selection { get; init; }

    public StepStatus Status { get; init; }

    /// <summary>How often it was sent: the number of the last attempt.</summary>
    public int Sends { get; init; }

    /// <summary>How often it failed in passing since it was last due afresh; drives the wait before the next try. Throttling does not count.</summary>
    public int Failures { get; init; }

    /// <summary>
    /// True once it was tried in vain, waits for a blocked system or for a person: later stages no longer wait for it, since a failing system must not delay
    /// another's. Destructive steps still do.
    /// </summary>
    public bool Deferred { get; init; }

    /// <summary>
    /// True while the guard and the approval must be asked once more before it is sent: it destroys, was approved or replayed, or became due for a later time. The
    /// orchestrator asks when its time has come, and clears it.
    /// </summary>
    public bool AskFirst { get; init; }

    /// <summary>Not before, UTC; set while <see cref="StepStatus.Due"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it was first due, UTC: the retry budget counts from here.</summary>
    public DateTimeOffset? FirstDueAt { get; init; }

    /// <summary>How the last attempt ended.</summary>
    public Outcome? Outcome { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>Until when what was issued before may still work, UTC.</summary>
    public DateTimeOffset? ResidualUntil { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>What a person has to do, once one was asked.</summary>
    public ManualTask? Task { get; init; }

    /// <summary>For <see cref="StepAction.RestoreAccount"/>: the accounts as they shall be again. Known when it is planned; empty once it was stored.</summary>
    public ImmutableArray<AccountSnapshot> Restores { get; init; } = [];

    /// <summary>Whether it changed something, or may have. What was put off, or found nothing to do, did not; but that a second attempt was put off says nothing of the first.</summary>
    public bool MayHaveChanged
        => Status switch
        {
            StepStatus.InFlight => true,
            StepStatus.Succeeded => Outcome is Contracts.Outcome.Changed || Code is ByHand or AfterRetry || (Action is StepAction.DeleteAccount && Sends > 1 && Outcome is Contracts.Outcome.Absent),
            _ => Sends > 1 || (Sends == 1 && Code is not Fenced && Outcome is not (Contracts.Outcome.Throttled or Contracts.Outcome.Unauthorized or Contracts.Outcome.Ambiguous)),
        };

    public bool IsSkipped => Status is StepStatus.Cancelled && Code == Skipped;

    public bool IsSettled => Status is StepStatus.Succeeded or StepStatus.Failed or StepStatus.Cancelled;

    /// <summary>A waiting step. Its id follows from the saga and the ordinal, so that planning needs no randomness.</summary>
    public static Step Of(PlannedStep planned, SagaId saga)
        => new()
        {
            Id = IdOf(saga, planned.Ordinal),
            Ordinal = planned.Ordinal,
            Stage = planned.Stage,
            System = planned.System,
            Action = planned.Action,
            Instruction = planned.Instruction,
            Owner = planned.Owner,
            Reversible = planned.Reversible,
            Needs = planned.Needs,
            Selection = planned.Selection,
            Restores = [.. planned.Restores],
            Status = StepStatus.Waiting,
        };

    /// <summary>UUID version 8 (RFC 9562, section 5.8) from the saga's id and the ordinal.</summary>
    private static StepId IdOf(SagaId saga, int ordinal)
    {
        Span<byte> source = stackalloc byte[20];
        saga.Value.TryWriteBytes(source, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], ordinal);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(source, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new StepId(new Guid(hash[..16], bigEndian: true));
    }
}
