using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Replaying;

// Theory of operation. A replay's next state is a function of the replay, what was seen of its steps, and the clock's reading. It sends one step, then ten, then the rest.
// - A wave goes on only when each of its steps came back or was taken by its system. Steps that a person holds, or whose saga was cancelled, show nothing: others take their place in the wave.
// - In the first two waves any error stops it: the one that the step had failed with before, since then nothing is repaired, and a new one, since then the repair did harm. In the rest a step may
//   fail for reasons of its own; ten in a row on one system, without a success since, do not.
// - Whoever looks sees some of its steps only, never all: what cannot be seen stays as it is. So looking twice, late, or at less does no harm, and the counts are kept with the job.
// - A step that is no longer failed when its turn comes is skipped, and so is one whose saga a person holds. Guard and approvals are asked about each replayed step when its time has come, as about
//   any replayed step (SagaTransitions): what they hold is held here.
// - What was sent cannot be called back. A stopped or cancelled replay still counts how it ended.

/// <summary>A replay's decisions.</summary>
public static class ReplayTransitions
{
    /// <summary>So many steps of a replay are under way at most: what stops it should find most of the rest untouched. The systems' budgets rule the speed.</summary>
    public const int MostUnderWay = 200;

    /// <summary>So many steps in a row that come back on one system stop the rest: fewer may be unlucky neighbours in the order, such as one department's.</summary>
    public const int MostInARow = 10;

    private const int Ten = 10;

    /// <summary>A new replay.</summary>
    /// <param name="steps">How many steps were selected, above 0.</param>
    /// <param name="asked">How many of them are asked about if they are previewed.</param>
    public static ReplayDecision Open(ReplayJobId id, string filter, int steps, int asked, ReplayStart start, Act by, DateTimeOffset now)
    {
        var goes = start is ReplayStart.AtOnce || (start is ReplayStart.IfFew && steps <= ReplayJob.Few);
        var job = new ReplayJob
        {
            Id = id,
            By = by,
            GoneBy = by,
            Filter = filter,
            Status = goes ? ReplayStatus.Running : ReplayStatus.Previewing,
            Counts = new ReplayCounts(steps),
            Unanswered = goes ? 0 : asked,
            PreviewUntil = goes ? null : now + ReplayPreview.Patience,
        };
        return new ReplayDecision(job, [], [], [], goes ? [ReplayAudit.Created(job), ReplayAudit.Started(job)] : [ReplayAudit.Created(job)]);
    }

    /// <summary>What follows from one input.</summary>
    public static ReplayDecision Next(ReplayJob job, ReplayInput input, DateTimeOffset now)
        => input switch
        {
            ReplayInput.Start start => Start(job, start.By),
            ReplayInput.Resume resume => Resume(job, resume.By),
            ReplayInput.Cancel cancel => Cancel(job, cancel.By),
            ReplayInput.Look look when job.Status is ReplayStatus.Previewing => ReplayPreview.Look(job, look, now),
            ReplayInput.Look look => Look(job, look, now),
            _ => throw new ArgumentOutOfRangeException(nameof(input), input, "Not an input."),
        };

    /// <summary>How many steps may be sent now; none, or less, where the wave is full.</summary>
    public static int RoomOf(ReplayJob job)
        => job.Wave switch
        {
            ReplayWave.One => 1 - job.InWave,
            ReplayWave.Ten => Ten - job.InWave,
            _ => MostUnderWay - job.Counts.Sent,
        };

    private static ReplayDecision Start(ReplayJob job, Act by)
    {
        if (job.Status is not (ReplayStatus.Ready or ReplayStatus.Previewing))
        {
            return ReplayDecision.Unchanged(job, job.Status is ReplayStatus.Stopped ? "The replay has stopped: resume it." : $"The replay is {EnumText.Of(job.Status)} already.");
        }

        var started = job with { Status = ReplayStatus.Running, GoneBy = by, PreviewUntil = null };
        return new ReplayDecision(started, [], [], [], [ReplayAudit.Started(started)]) { DropsQuestions = true };
    }

    private static ReplayDecision Resume(ReplayJob job, Act by)
    {
        if (job.Status is not ReplayStatus.Stopped)
        {
            return ReplayDecision.Unchanged(job, $"Only a stopped replay can be resumed; it is {EnumText.Of(job.Status)}.");
        }

        var counts = job.Counts with { Untouched = job.Counts.Untouched + job.Counts.Failed, Failed = 0 };
        var resumed = job with { Status = ReplayStatus.Running, Wave = ReplayWave.One, InWave = 0, Counts = counts, GoneBy = by, InARow = job.InARow.Clear() };
        return new ReplayDecision(resumed, [], [], [], [ReplayAudit.Resumed(resumed)]) { ListsFailedAgain = true };
    }

    private static ReplayDecision Cancel(ReplayJob job, Act by)
    {
        if (job.IsOver)
        {
            return ReplayDecision.Unchanged(job, $"The replay is {EnumText.Of(job.Status)} already.");
        }

        var counts = job.Counts with { Untouched = 0, Cancelled = job.Counts.Cancelled + job.Counts.Untouched };
        var cancelled = job with { Status = ReplayStatus.Cancelled, Counts = counts, PreviewUntil = null, Unanswered = 0 };
        return new ReplayDecision(cancelled, [], [], [], [ReplayAudit.Cancelled(job, job.Counts.Untouched, by)]) { CancelsUntouched = true, DropsQuestions = true };
    }

    private static ReplayDecision Look(ReplayJob job, ReplayInput.Look look, DateTimeOffset now)
    {
        var draft = new ReplayDraft(job);
        var taken = look.Sent.Count(s => ReplayTurn.IsTaken(s.Step));

        // Errors first: a system on which anything of what is seen together succeeded is not one on which nothing does.
        var moved = look.Sent.Select(s => (s.Item, After: ReplayTurn.After(s.Item, s.Step))).Where(s => s.Item != s.After).OrderBy(s => s.After.State is ReplayItemState.Succeeded).ToList();
        foreach (var (item, after) in moved)
        {
            draft.Move(item, after);
            Count(draft, after);
        }

        if (moved.Select(m => m.After).FirstOrDefault(after => after.State is ReplayItemState.Failed && MustStop(draft.Job, after)) is { } failed)
        {
            Stop(draft, failed);
        }

        if (draft.Job.Status is ReplayStatus.Running)
        {
            Send(draft, look.Next, taken, now);
            Complete(draft);
        }

        return draft.Decide();
    }

    private static void Count(ReplayDraft draft, ReplayItem after)
    {
        var job = draft.Job;
        draft.Job = after.State switch
        {
            ReplayItemState.Failed => job with { InARow = job.InARow.SetItem(after.System, job.InARow.GetValueOrDefault(after.System) + 1) },
            ReplayItemState.Succeeded => job with { InARow = job.InARow.Remove(after.System) },
            ReplayItemState.Held or ReplayItemState.Cancelled when after.Wave == job.Wave => job with { InWave = Math.Max(0, job.InWave - 1) },
            _ => job,
        };
    }

    private static bool MustStop(ReplayJob job, ReplayItem failed)
        => job.Status is ReplayStatus.Running && (job.Wave is not ReplayWave.Rest || job.InARow.GetValueOrDefault(failed.System) >= MostInARow);

    private static void Stop(ReplayDraft draft, ReplayItem failed)
    {
        // With nothing left untouched there is nothing to stop: it ends when the last one has.
        if (draft.Job.Counts.Untouched > 0)
        {
            var error = new ReplayError(failed.Step, failed.System, failed.Code!, failed.Code == failed.Before);
            draft.Job = draft.Job with { Status = ReplayStatus.Stopped, Stopped = error };
            draft.Record(ReplayAudit.Stopped(draft.Job, error));
        }
    }

    private static void Send(ReplayDraft draft, IReadOnlyList<ReplayCandidate> next, int taken, DateTimeOffset now)
    {
        OpenNextWave(draft, taken);
        foreach (var candidate in next)
        {
            if (RoomOf(draft.Job) <= 0)
            {
                return;
            }

            Turn(draft, candidate, now);
        }
    }

    private static void OpenNextWave(ReplayDraft draft, int taken)
    {
        if (draft.Job.Wave is not ReplayWave.Rest && RoomOf(draft.Job) <= 0 && draft.Job.Counts.Sent <= taken)
        {
            draft.Job = draft.Job with { Wave = draft.Job.Wave is ReplayWave.One ? ReplayWave.Ten : ReplayWave.Rest, InWave = 0 };
        }
    }

    private static void Turn(ReplayDraft draft, ReplayCandidate candidate, DateTimeOffset now)
    {
        var item = candidate.Item;
        var saga = draft.SagaOf(candidate);
        if ((ReplayTurn.Obstacle(item, saga) ?? candidate.Obstacle) is { } obstacle)
        {
            draft.Move(item, item with { State = ReplayItemState.Skipped, Reason = obstacle });
            return;
        }

        var decision = SagaTransitions.Next(saga!, new SagaInput.Replay(item.Step, draft.Job.GoneBy, draft.Job.Id), now);
        if (decision.Refusal is { } refusal)
        {
            draft.Move(item, item with { State = ReplayItemState.Skipped, Reason = refusal });
            return;
        }

        draft.Take(decision);
        draft.Move(item, item with { State = ReplayItemState.Sent, Wave = draft.Job.Wave });
        draft.Job = draft.Job with { InWave = draft.Job.InWave + 1 };
    }

    private static void Complete(ReplayDraft draft)
    {
        if (draft.Job.Counts is { Untouched: 0, Sent: 0 })
        {
            draft.Job = draft.Job with { Status = ReplayStatus.Completed };
            draft.Record(ReplayAudit.Completed(draft.Job));
        }
    }
}
