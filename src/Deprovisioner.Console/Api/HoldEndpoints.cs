using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Console.Api;

/// <summary>What waits for a person's decision.</summary>
internal static class HoldEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/holds", (string? reason, IOperations operations, CancellationToken aborted) => operations.Holds(reason, aborted)).WithTags("holds").WithSummary("What waits for a person, the oldest first");
        api.MapGet("/holds/legal", ([AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.LegalHolds(part.Request, aborted)).WithTags("holds").WithSummary("People under a legal hold, by their ids");
        api.MapPost("/events/{id:long}/dismiss", (long id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Dismiss(by, id)))
            .WithTags("holds").Act(Access.Approve).WithSummary("Put a held event aside; what it said of the person stays");
    }
}
