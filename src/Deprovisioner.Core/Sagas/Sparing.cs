using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;

namespace Deprovisioner.Core.Sagas;

// Theory of operation. A plan is frozen, but what it leaves alone may grow: between planning and running, a hire, a transfer back or a change may justify what the saga is about
// to take away. So a selection is narrowed, never widened: what is justified goes from Remove and into Keep. A step that has nothing left to do ends; one that is under way cannot be
// called back, and takes less if it is tried again.

/// <summary>Takes out of a saga what is justified after all.</summary>
internal static class Sparing
{
    public static SagaDecision Decide(Saga saga, SagaInput.Spare spare, DateTimeOffset now)
    {
        if (saga.IsOver)
        {
            return SagaDecision.Unchanged(saga, $"The saga is {EnumText.Of(saga.Status)} already.");
        }

        var narrowed = saga.Steps.Where(step => step.Selection is not null && step.Status is not (StepStatus.Succeeded or StepStatus.Cancelled))
            .Select(step => (Before: step, After: Narrowed(step, spare.Justified, now)))
            .Where(step => step.After != step.Before)
            .Select(step => step.After)
            .ToList();
        if (saga.Steps.All(step => narrowed.Find(n => n.Id == step.Id) is { Status: StepStatus.Cancelled } || step.Status is StepStatus.Cancelled))
        {
            return SagaTransitions.Next(saga, new SagaInput.Cancel(spare.By), now);
        }

        var draft = new SagaDraft(saga, now);
        narrowed.ForEach(draft.Replace);
        if (narrowed.Count > 0)
        {
            draft.Record(SagaAudit.Spared(narrowed, spare.By));
        }

        return draft.Decide("Nothing that it takes away, or has yet to look at, is justified anew.");
    }

    private static Step Narrowed(Step step, IReadOnlySet<SystemEntitlement> justified, DateTimeOffset now)
    {
        var selection = step.Selection!;
        var anew = justified.Where(one => one.System == step.System).Select(one => one.Entitlement).Except(selection.Keep, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        if (anew.Count == 0)
        {
            return step;
        }

        var left = selection.Remove.Except(anew, StringComparer.OrdinalIgnoreCase).ToList();
        var next = step with { Selection = selection with { Remove = left, Keep = [.. selection.Keep, .. anew] } };
        return left.Count == 0 && selection.Remove.Count > 0 && selection.Unexplained is UnexplainedEntitlements.Keep && step.Status is not StepStatus.InFlight
            ? next with { Status = StepStatus.Cancelled, DueAt = null, SettledAt = now }
            : next;
    }
}
