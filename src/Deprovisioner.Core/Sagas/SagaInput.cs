using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;

namespace Deprovisioner.Core.Sagas;

/// <summary>What can happen to a saga. The set is closed.</summary>
public abstract record SagaInput
{
    private SagaInput()
    {
    }

    /// <summary>A connector host reported an attempt.</summary>
    public sealed record Reported(StepReport Report) : SagaInput;

    /// <summary>Steps that others need not wait for any longer.</summary>
    /// <param name="Reason">
    /// Why their system is not sent to; recorded. Null: they were sent and nobody answered, which is our own transport's trouble, leaves no row, and is repaired by sending again.
    /// </param>
    public sealed record Blocked(IReadOnlyList<StepId> Steps, string? Reason) : SagaInput;

    /// <summary>A person settles a step by hand.</summary>
    public sealed record Resolve(StepId Step, string Evidence, Act By) : SagaInput;

    /// <summary>A person decides that a step which failed, or which a person has, need not be done.</summary>
    public sealed record Skip(StepId Step, Act By) : SagaInput;

    /// <summary>A person has a failed step tried again.</summary>
    /// <param name="Job">The replay that it is part of; null: asked for by itself.</param>
    public sealed record Replay(StepId Step, Act By, ReplayJobId? Job = null) : SagaInput;

    /// <summary>A person says whose the accounts are that a step could not tell apart.</summary>
    /// <param name="Theirs">Ids of accounts that are the person's.</param>
    /// <param name="Others">Ids of those that are not.</param>
    public sealed record ChooseAccounts(StepId Step, IReadOnlyList<string> Theirs, IReadOnlyList<string> Others, Act By) : SagaInput;

    /// <summary>What has not run shall not run.</summary>
    /// <param name="GivesUp">A person decided it: what a restore has not put back is not owed any longer. Else a later return asks for it again.</param>
    public sealed record Cancel(Act By, bool GivesUp = false) : SagaInput;

    /// <summary>Somebody vouches for what somebody else has done by hand.</summary>
    public sealed record Verify(StepId Step, string Evidence, Act By) : SagaInput;

    /// <summary>A person's task is past its due time.</summary>
    public sealed record TaskOverdue(StepId Step) : SagaInput;

    /// <summary>What was only observed runs once more.</summary>
    public sealed record RunObserved(Act By) : SagaInput;

    /// <summary>A legal hold on the person was set, or lifted.</summary>
    public sealed record LegalHold(bool IsSet, Act By) : SagaInput;

    /// <summary>The saga waits for a person from now on.</summary>
    public sealed record Hold(SagaHold Why) : SagaInput;

    /// <summary>A person lets a held saga go on.</summary>
    /// <param name="Which">Only this hold; null: all of them.</param>
    public sealed record Release(HoldReason? Which, Act By) : SagaInput;

    /// <summary>A person decides that a held saga shall not go on.</summary>
    public sealed record Reject(Act By) : SagaInput;

    /// <summary>Guard and approvals were asked about the steps whose time has come, and have nothing against them.</summary>
    public sealed record Clear : SagaInput;

    /// <summary>A person agrees to a stage.</summary>
    /// <param name="Stage">Its name; null: the first that waits for it.</param>
    /// <param name="Hash">What was agreed to: <see cref="StageApproval.HashOf"/>.</param>
    /// <param name="Accounts">The person's known accounts now.</param>
    /// <param name="Asked">Who released, replayed or else asked for what the saga does: they cannot agree to it.</param>
    public sealed record Approve(string? Stage, string Hash, IReadOnlyList<KnownAccount> Accounts, IReadOnlyList<string> Asked, Act By) : SagaInput;

    /// <summary>Approvals that were given for other accounts than those known now count no more.</summary>
    public sealed record Lapse(IReadOnlyList<KnownAccount> Accounts) : SagaInput;

    /// <summary>The person is back: what this saga took is restored or given up.</summary>
    public sealed record Returned : SagaInput;

    /// <summary>The effective time, or the urgency, is another one now. Only what has not started moves.</summary>
    public sealed record Reschedule(DateTimeOffset EffectiveAt, string Basis, bool Urgent) : SagaInput;

    /// <summary>Nothing happened but time: the deadline of a stage may have passed.</summary>
    public sealed record DeadlinePassed : SagaInput;
    /// <summary>Entitlements are justified now that were not when the saga was planned: what has not run shall leave them.</summary>
    public sealed record Spare(IReadOnlySet<SystemEntitlement> Justified, Act By) : SagaInput;
}

/// <summary>Who did it, and why.</summary>
/// <param name="Who">A person's name as signed in, or <c>hr-event SOURCE ID</c>.</param>
/// <param name="Why">In that person's words; never empty.</param>
public sealed record Act(string Who, string Why);
