using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;

namespace Deprovisioner.Core.Sagas;

/// <summary>What a saga's stream records, and in which words.</summary>
internal static class SagaAudit
{
    public static AuditEntry Planned(Saga saga)
    {
        var facts = PlannedFacts(saga);
        if (saga.Steps.Any(step => step.Selection is not null))
        {
            facts["selections"] = new JsonArray([.. saga.Steps.Where(step => step.Selection is not null).Select(Selection)]);
        }

        if (!saga.NotRestored.IsEmpty)
        {
            facts["notRestored"] = new JsonArray([.. saga.NotRestored.Select(n => (JsonNode)$"{n.System} {EnumText.Of(n.Action)}: {n.Why}")]);
        }

        return new AuditEntry("saga-planned", facts);
    }

    /// <summary>From here on, what the saga took is restored or given up.</summary>
    public static AuditEntry Returned() => new("person-returned", new JsonObject());

    private static JsonObject PlannedFacts(Saga saga)
        => new()
        {
            ["kind"] = EnumText.Of(saga.Kind),
            ["person"] = saga.PersonId.Value,
            ["employment"] = saga.EmploymentId.Value,
            ["fence"] = saga.Fence,
            ["policy"] = saga.Policy,
            ["policyVersion"] = saga.PolicyVersion,
            ["planHash"] = saga.PlanHash,
            ["urgent"] = saga.Urgent,
            ["effectiveAt"] = AuditTime.Of(saga.EffectiveAt),
            ["effectiveBasis"] = saga.EffectiveBasis,
            ["steps"] = new JsonArray([.. saga.Steps.Select(step => (JsonNode)$"{saga.Stages[step.Stage].Name} {step.System} {EnumText.Of(step.Action)}")]),
        };

    public static AuditEntry Reported(Saga saga, Step step, StepReport report)
    {
        var facts = About(saga, step);
        facts["attempt"] = report.Attempt;
        facts["outcome"] = EnumText.Of(report.Outcome);
        facts["code"] = report.Code;
        facts["status"] = EnumText.Of(step.Status);
        facts["retryAt"] = step.DueAt is { } at ? AuditTime.Of(at) : null;
        facts["residualUntil"] = report.ResidualUntil is { } until ? AuditTime.Of(until) : null;
        facts["startedAt"] = AuditTime.Of(report.StartedAt);
        facts["finishedAt"] = AuditTime.Of(report.FinishedAt);
        var evidence = report.Message is null && report.Evidence.Count == 0
            ? null
            : new JsonObject { ["message"] = report.Message, ["evidence"] = JsonSerializer.SerializeToNode(report.Evidence, JsonSerializerOptions.Web) };
        return new AuditEntry("step-reported", facts, evidence);
    }

    public static AuditEntry Deferred(Saga saga, Step step, string reason)
    {
        var facts = About(saga, step);
        facts["reason"] = reason;
        return new AuditEntry("step-deferred", facts);
    }

    public static AuditEntry Resolved(Saga saga, Step step, SagaInput.Resolve resolve)
    {
        var facts = By(About(saga, step), resolve.By);
        facts["before"] = EnumText.Of(step.Status);
        return new AuditEntry("step-resolved", facts, new JsonObject { ["evidence"] = resolve.Evidence });
    }

    /// <summary>Which accounts stands apart from what is hashed: their ids may tell who somebody is.</summary>
    public static AuditEntry AccountsChosen(Saga saga, Step step, SagaInput.ChooseAccounts choice)
    {
        var facts = By(About(saga, step), choice.By);
        facts["theirs"] = choice.Theirs.Count;
        facts["others"] = choice.Others.Count;
        return new AuditEntry("accounts-chosen", facts, new JsonObject
        {
            ["theirs"] = new JsonArray([.. choice.Theirs.Select(id => (JsonNode)id)]),
            ["others"] = new JsonArray([.. choice.Others.Select(id => (JsonNode)id)]),
        });
    }

    /// <param name="others">What was skipped with it.</param>
    public static AuditEntry Skipped(Saga saga, Step step, IEnumerable<Step> others, Act by)
    {
        var facts = By(About(saga, step), by);
        facts["before"] = EnumText.Of(step.Status);
        facts["with"] = new JsonArray([.. others.Select(other => (JsonNode)$"{saga.Stages[other.Stage].Name} {other.System} {EnumText.Of(other.Action)}")]);
        return new AuditEntry("step-skipped", facts);
    }

    public static AuditEntry Replayed(Saga saga, Step step, SagaInput.Replay replay)
    {
        var facts = By(About(saga, step), replay.By);
        if (replay.Job is { } job)
        {
            facts["replay"] = job.Value;
        }

        return new AuditEntry("step-replayed", facts);
    }

    public static AuditEntry Cancelled(Saga saga, Act by)
        => new("saga-cancelled", By(new JsonObject { ["openSteps"] = saga.Steps.Count(s => !s.IsSettled) }, by));

    public static AuditEntry Rescheduled(Saga saga)
        => new("saga-rescheduled", new JsonObject
        {
            ["effectiveAt"] = AuditTime.Of(saga.EffectiveAt),
            ["effectiveBasis"] = saga.EffectiveBasis,
            ["urgent"] = saga.Urgent,
        });

    /// <summary>The steps as they are now.</summary>
    public static AuditEntry Spared(IEnumerable<Step> steps, Act by)
        => new("saga-spared", By(new JsonObject { ["selections"] = new JsonArray([.. steps.Select(Selection)]) }, by));

    public static AuditEntry StageCompleted(Saga saga, PlannedStage stage, DateTimeOffset now)
    {
        var facts = new JsonObject { ["stage"] = stage.Name };
        if (StageDeadlines.Of(stage, saga.EffectiveAt) is { } deadline && deadline < now)
        {
            facts["deadline"] = AuditTime.Of(deadline);
            facts["lateBySeconds"] = (long)(now - deadline).TotalSeconds;
        }

        return new AuditEntry("stage-completed", facts);
    }

    public static AuditEntry DeadlineMissed(Saga saga, PlannedStage stage, DateTimeOffset now)
    {
        var deadline = StageDeadlines.Of(stage, saga.EffectiveAt)!.Value;
        var open = saga.Steps.Where(step => step.Stage == stage.Ordinal && step.Status is not StepStatus.Succeeded);
        return new AuditEntry("deadline-missed", new JsonObject
        {
            ["stage"] = stage.Name,
            ["deadline"] = AuditTime.Of(deadline),
            ["lateBySeconds"] = (long)(now - deadline).TotalSeconds,
            ["openSteps"] = new JsonArray([.. open.Select(step => (JsonNode)$"{step.System} {EnumText.Of(step.Action)}")]),
        });
    }

    public static AuditEntry StandsStill(Saga saga)
        => new("saga-held", new JsonObject { ["reason"] = DestructionHold.IsWhatHolds(saga) ? "legal-hold" : "approval", ["planHash"] = saga.PlanHash });

    public static AuditEntry Held(Saga saga, SagaHold hold)
        => new("saga-held", new JsonObject { ["reason"] = EnumText.Of(hold.Reason), ["detail"] = hold.Detail, ["planHash"] = saga.PlanHash });

    public static AuditEntry StageApproved(PlannedStage stage, string hash, Act by)
        => new("stage-approved", By(new JsonObject { ["stage"] = stage.Name, ["hash"] = hash }, by));

    public static AuditEntry ApprovalLapsed(PlannedStage stage, string hash)
        => new("approval-lapsed", new JsonObject { ["stage"] = stage.Name, ["approvedHash"] = stage.ApprovedHash, ["hash"] = hash });

    public static AuditEntry Cleared(Saga saga, IEnumerable<Step> steps)
        => new("steps-cleared", new JsonObject { ["steps"] = new JsonArray([.. steps.Select(step => (JsonNode)$"{saga.Stages[step.Stage].Name} {step.System} {EnumText.Of(step.Action)}")]) });

    public static AuditEntry HoldReleased(IEnumerable<SagaHold> released, Act by)
        => new("hold-released", By(new JsonObject { ["reasons"] = new JsonArray([.. released.Select(h => (JsonNode)EnumText.Of(h.Reason))]) }, by));

    public static AuditEntry HoldRejected(Saga saga, Act by)
        => new("hold-rejected", By(new JsonObject { ["openSteps"] = saga.Steps.Count(s => !s.IsSettled) }, by));

    public static AuditEntry Verified(Saga saga, Step step, SagaInput.Verify verify)
    {
        var facts = By(About(saga, step), verify.By);
        facts["doneBy"] = step.Task?.DoneBy;
        return new AuditEntry("task-verified", facts, new JsonObject { ["evidence"] = verify.Evidence });
    }

    public static AuditEntry TaskOverdue(Saga saga, Step step)
    {
        var facts = About(saga, step);
        facts["owner"] = step.Task?.Assignment.Owner;
        facts["dueAt"] = step.Task is { } task ? AuditTime.Of(task.Assignment.DueAt) : null;
        return new AuditEntry("task-overdue", facts);
    }

    public static AuditEntry ObservedRunAgain(int steps, Act by) => new("observed-run-again", By(new JsonObject { ["steps"] = steps }, by));

    public static AuditEntry LegalHold(SagaInput.LegalHold hold) => new(hold.IsSet ? "legal-hold-set" : "legal-hold-lifted", By([], hold.By));

    public static AuditEntry Completed(Saga saga)
        => new("saga-completed", new JsonObject
        {
            ["steps"] = saga.Steps.Length,
            ["residualUntil"] = saga.Steps.Max(s => s.ResidualUntil) is { } until ? AuditTime.Of(until) : null,
        });

    private static JsonNode Selection(Step step)
    {
        var facts = JsonSerializer.SerializeToNode(step.Selection, JsonSerializerOptions.Web)!.AsObject();
        facts.Insert(0, "ordinal", step.Ordinal);
        facts["status"] = EnumText.Of(step.Status);
        return facts;
    }

    private static JsonObject About(Saga saga, Step step)
        => new()
        {
            ["step"] = step.Id.ToString(),
            ["ordinal"] = step.Ordinal,
            ["stage"] = saga.Stages[step.Stage].Name,
            ["system"] = step.System.Value,
            ["action"] = EnumText.Of(step.Action),
        };

    private static JsonObject By(JsonObject facts, Act by)
    {
        facts["who"] = by.Who;
        facts["why"] = by.Why;
        return facts;
    }
}
