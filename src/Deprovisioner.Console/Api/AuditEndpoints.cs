using System.ComponentModel;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>The audit.</summary>
internal static class AuditEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("audit").RequireAuthorization(Access.Audit);
        audit.MapGet("", ([AsParameters] AuditQuery query, [AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.AuditRows(query.Filter, part.Request, aborted))
            .WithSummary("Rows of the audit in the order of their times, the newest first unless told");
        audit.MapGet("/verification", (IOperations operations, CancellationToken aborted) => operations.VerifyAudit(null, aborted)).Produces<AuditVerification>()
            .WithSummary("Recompute the whole audit; takes as long as reading all of it does");
    }

    /// <summary>Which rows.</summary>
    internal readonly record struct AuditQuery(
        [property: FromQuery(Name = "stream"), Description("A saga's id, or the nil UUID: the installation.")] Guid? Stream,
        [property: FromQuery(Name = "person"), Description("In the streams of this person's sagas.")] string? Person,
        [property: FromQuery(Name = "type")] string? Type,
        [property: FromQuery(Name = "from")] DateTimeOffset? From,
        [property: FromQuery(Name = "until")] DateTimeOffset? Until,
        [property: FromQuery(Name = "oldestFirst")] bool? OldestFirst)
    {
        public AuditFilter Filter => new(Stream, Person, Type, From?.ToUniversalTime(), Until?.ToUniversalTime(), OldestFirst ?? false);
    }
}
