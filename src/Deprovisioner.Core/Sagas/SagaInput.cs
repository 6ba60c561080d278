using Deprovisioner.Contracts;

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

    /// <summary>A person has a failed step tried again.</summary>
    public sealed record Replay(StepId Step, Act By) : SagaInput;

    /// <summary>What has not run shall not run.</summary>
    public sealed record Cancel(Act By) : SagaInput;

    /// <summary>The person is back: what this saga took is restored or given up.</summary>
    public sealed record Returned : SagaInput;

    /// <summary>The effective time, or the urgency, is another one now. Only what has not started moves.</summary>
    public sealed record Reschedule(DateTimeOffset EffectiveAt, string Basis, bool Urgent) : SagaInput;
}

/// <summary>Who did it, and why.</summary>
/// <param name="Who">A person's name as signed in, or <c>hr-event SOURCE ID</c>.</param>
/// <param name="Why">In that person's words; never empty.</param>
public sealed record Act(string Who, string Why);
