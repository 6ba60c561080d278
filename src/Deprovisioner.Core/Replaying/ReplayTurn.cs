using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Replaying;

/// <summary>What becomes of an item: when it is its turn, and once it was sent.</summary>
internal static class ReplayTurn
{
    /// <summary>Why a step is not replayed; null where it may be.</summary>
    public static string? Obstacle(ReplayItem item, Saga? saga)
    {
        if (saga?.Steps.FirstOrDefault(s => s.Id == item.Step) is not { } step)
        {
            return "The step is gone.";
        }

        if (saga.Status is SagaStatus.Cancelled)
        {
            return "The saga was cancelled.";
        }

        if (step.Status is not StepStatus.Failed)
        {
            return $"The step is {EnumText.Of(step.Status)} by now.";
        }

        return saga.Holds.IsEmpty ? null : $"The saga is held: {string.Join(' ', saga.Holds.Select(h => h.Detail))}";
    }

    /// <summary>
    /// The item after its step was looked at; the same one while nothing is known. The first word that is no success counts, and not only the last one: a broken system shows after one attempt, and not when the
    /// retry budgets of all its steps are used up days later.
    /// </summary>
    public static ReplayItem After(ReplayItem item, StepStanding step)
        => step.Status switch
        {
            StepStatus.Succeeded => item with { State = ReplayItemState.Succeeded },
            StepStatus.OpenTask => item with { State = ReplayItemState.Succeeded, Reason = "A person has the task." },
            StepStatus.Failed => item with { State = ReplayItemState.Failed, Code = CodeOf(step) },
            StepStatus.Cancelled when step.Code == Step.Skipped => item with { State = ReplayItemState.Cancelled, Reason = "A person skipped the step." },
            StepStatus.Cancelled => item with { State = ReplayItemState.Cancelled, Reason = "The saga was cancelled." },
            StepStatus.Waiting => item with { State = ReplayItemState.Held, Reason = "It waits for a person: see 'holds list'. It goes on with its saga." },
            _ when step.Failures > 0 || step.Outcome is Outcome.Unauthorized => item with { State = ReplayItemState.Failed, Code = CodeOf(step), Reason = "It is tried again by itself." },
            _ => item,
        };

    /// <summary>Whether the system has taken a step and finishes later: the next wave need not wait for that.</summary>
    public static bool IsTaken(StepStanding step) => step is { Status: StepStatus.Due or StepStatus.InFlight, Outcome: Outcome.Accepted, Failures: 0 };

    /// <summary>What an error is compared by.</summary>
    public static string CodeOf(StepStanding step) => step.Code ?? (step.Outcome is { } outcome ? EnumText.Of(outcome) : "unknown");
}
