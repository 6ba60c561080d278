using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Drift;

/// <summary>What is recorded of access that is there again.</summary>
public static class DriftAudit
{
    /// <summary>What stands at the head of the saga: which questions it follows from, and what they were answered.</summary>
    public static AuditEntry Found(DriftFacts facts, IntakeDecision decision)
        => new(
            "drift-found",
            new JsonObject
            {
                ["person"] = facts.Person.Id.Value,
                ["verdict"] = EnumText.Of(decision.Verdict),
                ["reason"] = decision.Reason,
                ["probes"] = new JsonArray([.. facts.Found.OrderBy(p => p.Id.Value).Select(p => (JsonNode)new JsonObject
                {
                    ["probe"] = p.Id.ToString(),
                    ["step"] = p.Step.ToString(),
                    ["system"] = p.System.Value,
                    ["answeredAt"] = AuditTime.Of(p.AnsweredAt!.Value),
                })]),
            },
            new JsonObject { ["answers"] = new JsonArray([.. facts.Found.OrderBy(p => p.Id.Value).Select(p => (JsonNode)$"{p.System}: {p.Message}")]) });
}
