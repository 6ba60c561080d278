using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>What is said of replays.</summary>
internal static class ReplayWords
{
    /// <summary>More steps than this are not printed unless asked for.</summary>
    public const int MostLines = 200;

    /// <summary>How many are in which state; those of which there are none are left out.</summary>
    public static string Counts(ReplayLine job)
    {
        (int Number, string What)[] counts =
        [
            (job.Succeeded, "succeeded"), (job.Failed, "failed"), (job.Held, "held"), (job.Skipped, "skipped"), (job.Sent, "under way"), (job.Cancelled, "cancelled"), (job.Untouched, "untouched"),
        ];
        return string.Join(", ", counts.Where(c => c.Number > 0).Select(c => $"{c.Number} {c.What}"));
    }

    public static string Progress(ReplayLine job)
        => job.Status == "previewing" ? $"replay {job.JobId}: asked what they would do; {job.Unanswered} have not answered" : $"replay {job.JobId}, wave {job.Wave}: {Counts(job)}";

    public static void Print(ReplayView replay, IReadOnlyList<ReplayStepLine> lines, bool json)
    {
        var job = replay.Job;
        if (json)
        {
            Terminal.Json(new { job, replay.WaitsFor, items = lines });
            return;
        }

        Terminal.Table("No step is in that state.", ["#", "state", "system", "action", "person", "had failed with", "would do", "came back with", "why", "step"], lines.Select(l => new[]
        {
            (l.Item.Ordinal + 1).ToString(), l.Item.State, l.Item.System, l.Action, l.Person, l.Item.Before, Answer(l.Item), l.Item.Code, l.Item.Reason, l.Item.StepId.ToString(),
        }));
        if (lines.Count < job.Total)
        {
            Terminal.Line($"{lines.Count} of {job.Total} steps are shown.");
        }

        Terminal.Line($"Replay {job.JobId} ({job.Filter}) is {job.Status}: {Counts(job)}.");
        foreach (var obstacle in replay.WaitsFor)
        {
            Terminal.Line($"It waits for {obstacle}.");
        }

        if (Next(job) is { } next)
        {
            Terminal.Line(next);
        }
    }

    private static string? Answer(ReplayStepView item)
    {
        var words = item.Answer switch
        {
            "would-change" => "would change it",
            "already-so" => "nothing: it is so already",
            "not-there" => "nothing: no such account",
            "would-fail" => "would fail",
            "unknown" => "cannot say",
            null when item is { Asked: true, State: "listed" } => "no answer yet",
            _ => null,
        };
        return item.AnswerDetail is { } detail ? $"{words}: {detail}" : words;
    }

    private static string? Next(ReplayLine job)
        => job.Status switch
        {
            "ready" => $"Nothing was replayed. Start it: deprovisioner replay start {job.JobId} --why …",
            "stopped" => $"It stopped: {Error(job)}; {job.Untouched} steps are untouched. Once that is repaired: deprovisioner replay resume {job.JobId} --why …, or replay cancel {job.JobId}.",
            "running" or "previewing" => $"Look again: deprovisioner replay show {job.JobId}.",
            _ => null,
        };

    private static string Error(ReplayLine job)
        => new ReplayError(new Contracts.StepId(job.StoppedStep ?? Guid.Empty), new Contracts.SystemName(job.StoppedSystem ?? ""), job.StoppedCode ?? "", job.StoppedSame ?? false).ToString();
}
