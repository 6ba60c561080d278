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

    public static AuditEntry Replayed(Saga saga, Step step, Act by) => new("step-replayed", By(About(saga, step), by));

    public static AuditEntry Cancelled(Saga saga, Act by)
        => new("saga-cancelled", By(new JsonObject { ["openSteps"] = saga.Steps.Count(s => !s.IsSettled) }, by));

    public static AuditEntry Rescheduled(Saga saga)
        => new("saga-rescheduled", new JsonObject
        {
            ["effectiveAt"] = AuditTime.Of(saga.EffectiveAt),
            ["effectiveBasis"] = saga.EffectiveBasis,
            ["urgent"] = saga.Urgent,
        });

    public static AuditEntry StageCompleted(PlannedStage stage) => new("stage-completed", new JsonObject { ["stage"] = stage.Name });

    public static AuditEntry Held(Saga saga) => new("saga-held", new JsonObject { ["reason"] = "approval", ["planHash"] = saga.PlanHash });

    public static AuditEntry Completed(Saga saga)
        => new("saga-completed", new JsonObject
        {
            ["steps"] = saga.Steps.Length,
            ["residualUntil"] = saga.Steps.Max(s => s.ResidualUntil) is { } until ? AuditTime.Of(until) : null,
        });

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
