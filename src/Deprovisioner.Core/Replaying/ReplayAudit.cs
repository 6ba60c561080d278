using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Replaying;

/// <summary>What the installation's stream records of a replay, and in which words. Each step's own replay stands in its saga's stream.</summary>
internal static class ReplayAudit
{
    public static AuditEntry Created(ReplayJob job)
        => new("replay-created", By(new JsonObject { ["replay"] = job.Id.Value, ["filter"] = job.Filter, ["steps"] = job.Counts.Total, ["status"] = EnumText.Of(job.Status) }, job.By));

    public static AuditEntry Started(ReplayJob job) => new("replay-started", By(new JsonObject { ["replay"] = job.Id.Value, ["steps"] = job.Counts.Untouched }, job.GoneBy));

    public static AuditEntry Resumed(ReplayJob job) => new("replay-resumed", By(new JsonObject { ["replay"] = job.Id.Value, ["steps"] = job.Counts.Untouched }, job.GoneBy));

    public static AuditEntry Stopped(ReplayJob job, ReplayError error)
        => new("replay-stopped", new JsonObject
        {
            ["replay"] = job.Id.Value,
            ["wave"] = EnumText.Of(job.Wave),
            ["step"] = error.Step.ToString(),
            ["system"] = error.System.Value,
            ["code"] = error.Code,
            ["same"] = error.Same,
            ["untouched"] = job.Counts.Untouched,
        });

    public static AuditEntry Cancelled(ReplayJob job, int untouched, Act by) => new("replay-cancelled", By(new JsonObject { ["replay"] = job.Id.Value, ["untouched"] = untouched }, by));

    public static AuditEntry Completed(ReplayJob job)
        => new("replay-completed", new JsonObject
        {
            ["replay"] = job.Id.Value,
            ["succeeded"] = job.Counts.Succeeded,
            ["failed"] = job.Counts.Failed,
            ["held"] = job.Counts.Held,
            ["skipped"] = job.Counts.Skipped,
            ["cancelled"] = job.Counts.Cancelled,
        });

    private static JsonObject By(JsonObject facts, Act by)
    {
        facts["who"] = by.Who;
        facts["why"] = by.Why;
        return facts;
    }
}
