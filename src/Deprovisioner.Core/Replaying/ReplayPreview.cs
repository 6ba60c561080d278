using Deprovisioner.Contracts;
using Deprovisioner.Core.Probing;

namespace Deprovisioner.Core.Replaying;

/// <summary>What steps would do, asked before anything is replayed.</summary>
internal static class ReplayPreview
{
    /// <summary>Without any answer for so long, those that are missing are not waited for: whoever is on call wants to see what there is.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static ReplayDecision Look(ReplayJob job, ReplayInput.Look look, DateTimeOffset now)
    {
        var draft = new ReplayDraft(job);
        foreach (var (item, probe) in look.Asked.Where(a => a.Probe is null || a.Probe.Status is ProbeStatus.Answered))
        {
            var (answer, detail) = probe is null ? (PreviewAnswer.Unknown, "The question was lost.") : Answer(probe);
            Answered(draft, item, answer, detail, now);
        }

        foreach (var candidate in look.Next)
        {
            Ask(draft, candidate, now);
        }

        if (draft.Job.Unanswered == 0 || now >= draft.Job.PreviewUntil)
        {
            draft.Job = draft.Job with { Status = draft.Job.Counts.Untouched == 0 ? ReplayStatus.Completed : ReplayStatus.Ready, PreviewUntil = null };
            draft.DropsQuestions = true;
            if (draft.Job.IsOver)
            {
                draft.Record(ReplayAudit.Completed(draft.Job));
            }
        }

        return draft.Decide();
    }

    private static void Ask(ReplayDraft draft, ReplayCandidate candidate, DateTimeOffset now)
    {
        var item = candidate.Item;
        if (ReplayTurn.Obstacle(item, candidate.Saga) is { } reason)
        {
            draft.Move(item, item with { State = ReplayItemState.Skipped, Reason = reason });
            draft.Job = draft.Job with { Unanswered = draft.Job.Unanswered - 1 };
        }
        else if (candidate.Obstacle is { } obstacle)
        {
            Answered(draft, item, PreviewAnswer.Unknown, $"{item.System} cannot be asked now: {obstacle}", now);
        }
        else
        {
            draft.Move(item, item with { Probe = candidate.Probe });
            draft.Ask(new Probe { Id = candidate.Probe, Step = item.Step, System = item.System, Purpose = ProbePurpose.Replay, Status = ProbeStatus.Due, DueAt = now });
        }
    }

    private static void Answered(ReplayDraft draft, ReplayItem item, PreviewAnswer answer, string? detail, DateTimeOffset now)
    {
        draft.Move(item, item with { State = ReplayItemState.Previewed, Probe = null, Answer = answer, AnswerDetail = detail });
        draft.Job = draft.Job with { Unanswered = draft.Job.Unanswered - 1, PreviewUntil = now + Patience };
    }

    private static (PreviewAnswer Answer, string? Detail) Answer(Probe probe)
        => probe.Outcome switch
        {
            Outcome.Observed or Outcome.Changed or Outcome.Accepted => (PreviewAnswer.WouldChange, null),
            Outcome.Already => (PreviewAnswer.AlreadySo, null),
            Outcome.Absent => (PreviewAnswer.NotThere, probe.Code),
            Outcome.Rejected or Outcome.NotRemovableHere or Outcome.Ambiguous => (PreviewAnswer.WouldFail, Error(probe)),
            _ => (PreviewAnswer.Unknown, Error(probe)),
        };

    private static string? Error(Probe probe)
        => probe.Outcome is not { } outcome ? null : probe.Code is null || probe.Code == EnumText.Of(outcome) ? EnumText.Of(outcome) : $"{EnumText.Of(outcome)} ({probe.Code})";
}
