using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>A saga in words.</summary>
internal static class SagaWords
{
    public static void Print(SagaView saga)
    {
        var line = saga.Summary;
        var steps = saga.Stages.SelectMany(stage => stage.Steps, (stage, step) => (Stage: stage.Name, Step: step)).OrderBy(s => s.Step.Ordinal).ToList();
        Terminal.Line($"{line.Kind} saga {line.SagaId} of {line.PersonId} (employment {line.EmploymentId}): {line.Status}{(line.Urgent ? ", urgent" : "")}");
        Terminal.Line($"policy {line.Policy} of {saga.PolicyVersion[..12]}; {Takes(line.Kind)} {TimeText.Of(line.EffectiveAt)} ({saga.EffectiveBasis})");
        Terminal.Line($"planned {TimeText.Of(line.PlannedAt)}; contained {Or(line.ContainedAt, "not yet")}; completed {Or(line.CompletedAt, "not yet")}");
        foreach (var said in About(saga))
        {
            Terminal.Line(said);
        }

        Terminal.Table("It has no steps.", ["#", "stage", "system", "action", "status", "outcome", "tries", "next or settled", "can be undone", "step", "what the system said"], steps.Select(s => new[]
        {
            s.Step.Ordinal.ToString(), s.Stage, s.Step.System, s.Step.Action, s.Step.Status, AccessWords.Outcome(s.Step), s.Step.Attempts.ToString(),
            TimeText.Of(s.Step.SettledAt ?? s.Step.NextAt), s.Step.ReversibleUntil is { } until ? "until " + TimeText.Of(until) : s.Step.Reversible, s.Step.StepId.ToString(),
            s.Step.Message ?? (s.Step.TaskOwner is null ? s.Step.Instruction : $"{s.Step.TaskOwner}: {s.Step.Instruction}"),
        }));
        foreach (var outcome in Outcomes(steps.ConvertAll(s => s.Step)))
        {
            Terminal.Line(outcome);
        }

        foreach (var (_, step) in steps.Where(s => s.Step.Entitlements is not null))
        {
            Terminal.Line($"step {step.Ordinal} on {step.System}: {step.Entitlements}");
        }

        foreach (var (_, step) in steps.Where(s => s.Step.Candidates.Count > 0))
        {
            Terminal.Line($"step {step.Ordinal} on {step.System} found {string.Join(", ", step.Candidates.Select(c => c.Name == c.Id ? c.Id : $"{c.Name} ({c.Id})"))}: choose {step.StepId} --account ID --why …");
        }

        if (saga.Drift is { } drift)
        {
            DriftWords.Print(drift);
        }

        Terminal.Line("Audit:");
        Terminal.Table("It has no rows.", ["seq", "at", "what", "facts", "evidence"], saga.Audit.Select(row => new[]
        {
            row.Sequence.ToString(), TimeText.Of(row.At), row.Type, AuditWords.Facts(row.Record), AuditWords.Evidence(row.Evidence),
        }));
    }

    /// <summary>A line for each step of which the table's one word does not say all: it is not done, or somebody has still to look at something.</summary>
    public static IEnumerable<string> Outcomes(IEnumerable<StepView> steps)
        => from step in steps
           where step.Means is not null && step is not { Status: "succeeded", Code: null }
           select $"step {step.Ordinal} on {step.System}, {step.Action}: {step.Means}{(step.Message is null ? "" : $". {step.Message}")}";

    /// <summary>What is so of the whole saga beside its plain dates.</summary>
    private static IEnumerable<string> About(SagaView saga)
    {
        foreach (var hold in saga.Holds)
        {
            yield return $"held ({hold.Reason}): {hold.Detail}";
        }

        foreach (var lost in saga.NotRestored)
        {
            yield return $"cannot be put back: {lost.Action} on {lost.System}. {lost.Why}";
        }

        if (saga.ReturnedAt is { } returned)
        {
            yield return $"the person was back {TimeText.Of(returned)}: what it took was restored or given up then";
        }

        foreach (var approval in saga.Approvals)
        {
            yield return $"stage {approval.Stage} needs an approval, for {(approval.Accounts.Count == 0 ? "no known account" : string.Join(", ", approval.Accounts))}: approve {saga.Summary.SagaId} --stage {approval.Stage} --plan {approval.Hash}";
        }

        if (saga.Summary.ResidualUntil is not null)
        {
            yield return $"access ended: {AccessWords.Ended(saga.Summary)}";
        }

        if (saga.Summary.Observed > 0)
        {
            yield return $"{saga.Summary.Observed} of {saga.Summary.Steps} steps were only observed: nothing was changed by them";
        }

        foreach (var deadline in saga.Deadlines)
        {
            yield return $"deadline: {Deadline(deadline)}";
        }
    }

    private static string Deadline(DeadlineView stage)
        => $"{stage.Stage} by {TimeText.Of(stage.Deadline)}: " + (stage.CompletedAt, stage.LateBy) switch
        {
            (null, null) => "still ahead",
            (null, { } late) => $"MISSED, late by {TimeText.Of(late)}",
            (_, null) => "met",
            (_, { } late) => $"completed, late by {TimeText.Of(late)}",
        };

    private static string Takes(string kind)
        => kind switch
        {
            "restore" => "access comes back",
            "leave" => "access rests",
            "mover" => "takes effect",
            "drift" => "access was there again",
            _ => "access ends",
        };

    private static string Or(DateTimeOffset? at, string none) => at is null ? none : TimeText.Of(at);
}
