using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Sagas;

/// <summary>A person's agreement to a stage: for exactly this plan and these accounts, and for no others.</summary>
public static class StageApproval
{
    /// <summary>SHA-256, lower-case hex, over the plan's hash, the stage, and the accounts of the person that are known on the stage's systems.</summary>
    public static string HashOf(string planHash, string stage, IEnumerable<SystemName> systems, IEnumerable<KnownAccount> accounts)
    {
        var text = new StringBuilder();
        Write(text, planHash);
        Write(text, stage);
        var concerned = systems.ToHashSet();
        foreach (var account in accounts.Where(a => concerned.Contains(a.System)).Distinct().OrderBy(a => a.System.Value, StringComparer.Ordinal).ThenBy(a => a.AccountId, StringComparer.Ordinal))
        {
            Write(text, account.System.Value);
            Write(text, account.AccountId);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    internal static SagaDecision Approve(Saga saga, SagaInput.Approve approve, DateTimeOffset now)
    {
        var stage = saga.Stages.FirstOrDefault(s => s.ApprovalRequired && (approve.Stage is null ? !s.Approved : s.Name == approve.Stage));
        if (saga.IsOver || stage is null || stage.Approved)
        {
            return SagaDecision.Unchanged(saga, saga.IsOver ? SagaDecision.Over(saga) : stage is null ? "No such stage waits for an approval." : $"The stage {stage.Name} is approved already.");
        }

        if (approve.Asked.Contains(approve.By.Who, StringComparer.OrdinalIgnoreCase))
        {
            return SagaDecision.Unchanged(saga, $"{approve.By.Who} asked for what this saga does, and so cannot approve it: another person must.");
        }

        var hash = Now(saga, stage, approve.Accounts);
        if (!string.Equals(approve.Hash, hash, StringComparison.OrdinalIgnoreCase))
        {
            return SagaDecision.Unchanged(saga, $"The plan or the accounts are not those of this hash. Now {Told(saga, stage, approve.Accounts)}; look at them, and give {hash}.");
        }

        var draft = new SagaDraft(saga with { Stages = saga.Stages.SetItem(stage.Ordinal, stage with { Approved = true, ApprovedHash = hash }) }, now, before: saga);
        draft.Record(SagaAudit.StageApproved(stage, hash, approve.By));
        return draft.Decide();
    }

    /// <summary>An approval lapses while nothing of its stage was sent: once it was, the accounts change by what was agreed to.</summary>
    internal static SagaDecision Lapse(Saga saga, IReadOnlyList<KnownAccount> accounts, DateTimeOffset now)
    {
        var lapsed = saga.Stages
            .Where(s => s.Approved && s.ApprovedHash is not null && s.ApprovedHash != Now(saga, s, accounts) && saga.Steps.Where(step => step.Stage == s.Ordinal).All(step => step.Sends == 0))
            .ToList();
        if (saga.IsOver || lapsed.Count == 0)
        {
            return SagaDecision.Unchanged(saga, "No approval lapses.");
        }

        var without = saga with { Stages = [.. saga.Stages.Select(s => lapsed.Contains(s) ? s with { Approved = false, ApprovedHash = null } : s)] };
        var draft = new SagaDraft(without, now, before: saga);
        foreach (var stage in lapsed)
        {
            draft.Record(SagaAudit.ApprovalLapsed(stage, Now(saga, stage, accounts)));
        }

        foreach (var step in saga.Steps.Where(s => s.Status is StepStatus.Due && lapsed.Any(stage => stage.Ordinal <= s.Stage)))
        {
            draft.Replace(SagaHolds.Stopped(step));
        }

        return draft.Decide();
    }

    internal static SagaDecision Clear(Saga saga, DateTimeOffset now)
    {
        var cleared = saga.Steps.Where(s => s is { Status: StepStatus.Due, AskFirst: true } && s.DueAt <= now).ToList();
        if (cleared.Count == 0)
        {
            return SagaDecision.Unchanged(saga, "No step waits to be asked about.");
        }

        var draft = new SagaDraft(saga, now);
        cleared.ForEach(step => draft.Replace(step with { AskFirst = false }));
        draft.Record(SagaAudit.Cleared(saga, cleared));
        return draft.Decide();
    }

    private static string Now(Saga saga, Planning.PlannedStage stage, IReadOnlyList<KnownAccount> accounts)
        => HashOf(saga.PlanHash, stage.Name, Systems(saga, stage), accounts);

    private static IEnumerable<SystemName> Systems(Saga saga, Planning.PlannedStage stage) => saga.Steps.Where(s => s.Stage == stage.Ordinal).Select(s => s.System);

    private static string Told(Saga saga, Planning.PlannedStage stage, IReadOnlyList<KnownAccount> accounts)
    {
        var concerned = Systems(saga, stage).ToHashSet();
        var known = accounts.Where(a => concerned.Contains(a.System)).Select(a => $"{a.System} {Intake.Shown.Plain(a.AccountId)}").Order(StringComparer.Ordinal).ToList();
        return $"plan {saga.PlanHash[..12]} with {(known.Count == 0 ? "no known account" : string.Join(", ", known))}";
    }

    private static void Write(StringBuilder text, string field) => text.Append(CultureInfo.InvariantCulture, $"{field.Length}:{field}");
}
