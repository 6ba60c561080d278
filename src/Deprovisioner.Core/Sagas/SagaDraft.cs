using System.Collections.Immutable;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Sagas;

/// <summary>A saga while one decision about it is being made.</summary>
internal sealed class SagaDraft(Saga saga, DateTimeOffset now)
{
    private readonly ImmutableArray<Step>.Builder steps = saga.Steps.ToBuilder();
    private readonly HashSet<StepId> changed = [];
    private readonly List<AuditEntry> audit = [];
    private readonly List<SagaNotice> notices = [];

    public void Replace(Step step)
    {
        steps[step.Ordinal] = step;
        changed.Add(step.Id);
    }

    public void Record(AuditEntry entry) => audit.Add(entry);

    public void Notify(SagaNotice notice) => notices.Add(notice);

    /// <summary>Opens what may open now, works out the status, and closes the draft.</summary>
    public SagaDecision Decide(string refusalIfNothing = "Nothing changed.")
    {
        if (changed.Count == 0 && audit.Count == 0)
        {
            return SagaDecision.Unchanged(saga, refusalIfNothing);
        }

        if (saga.Status is not SagaStatus.Cancelled)
        {
            OpenWhatMay();
        }

        var next = saga with { Steps = steps.ToImmutable() };
        next = next with { Status = next.Standing(now) };
        return new SagaDecision(WithMilestones(next), changed, audit, notices);
    }

    private void OpenWhatMay()
    {
        foreach (var step in steps.ToArray().Where(s => s.Status is StepStatus.Waiting && MayStart(s)))
        {
            var opensAt = saga.EffectiveAt + saga.Stages[step.Stage].After;
            var dueAt = opensAt > now ? opensAt : now;
            Replace(step with { Status = StepStatus.Due, DueAt = dueAt, FirstDueAt = dueAt });
        }
    }

    private bool MayStart(Step step)
        => IsOpen(step.Stage)
            && steps.Where(s => s.System == step.System && s.Ordinal < step.Ordinal).All(s => s.IsSettled || s.Status is StepStatus.OpenTask)
            && (!PlannedStep.Destroys(step.Action)
                || steps.Where(s => s.Stage < step.Stage || (s.System == step.System && s.Ordinal < step.Ordinal)).All(s => s.Status is StepStatus.Succeeded));

    private bool IsOpen(int stage)
        => saga.Stages.Take(stage + 1).All(s => !s.ApprovalRequired || s.Approved)
            && steps.Where(s => s.Stage < stage).All(s => s.IsSettled || s.Deferred);

    private Saga WithMilestones(Saga next)
    {
        if (next.ContainedAt is null && next.Steps.Where(s => s.Stage == 0).All(s => s.Status is StepStatus.Succeeded))
        {
            next = next with { ContainedAt = now };
        }

        foreach (var stage in saga.Stages.Where(s => !Settled(saga.Steps, s.Ordinal) && Settled(next.Steps, s.Ordinal)))
        {
            audit.Add(SagaAudit.StageCompleted(stage));
            notices.Add(SagaNotice.StageCompleted);
        }

        if (next.Status == saga.Status)
        {
            return next;
        }

        switch (next.Status)
        {
            case SagaStatus.Completed:
                next = next with { CompletedAt = now };
                audit.Add(SagaAudit.Completed(next));
                notices.Add(SagaNotice.Completed);
                break;
            case SagaStatus.NeedsAttention:
                notices.Add(SagaNotice.NeedsAttention);
                break;
            case SagaStatus.Held:
                audit.Add(SagaAudit.Held(next));
                notices.Add(SagaNotice.Held);
                break;
            default:
                break;
        }

        return next;
    }

    private static bool Settled(ImmutableArray<Step> steps, int stage)
    {
        var any = false;
        foreach (var step in steps)
        {
            if (step.Stage == stage)
            {
                any = true;
                if (!step.IsSettled)
                {
                    return false;
                }
            }
        }

        return any;
    }
}
