using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Deprovisioner.Console.Api;

/// <summary>HR events: those that were taken in, and what is none.</summary>
internal static class EventEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var events = api.MapGroup("/events").WithTags("events");
        events.MapGet("", (string? verdict, [AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.Events(verdict, part.Request, aborted)).WithSummary("Accepted HR events, the newest first");
        events.MapGet("/{id:long}", Show).WithSummary("One accepted event with what came");
        events.MapGet("/quarantine", ([AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.Quarantined(part.Request, aborted))
            .WithSummary("Messages that are no valid HR events, the newest first");
        events.MapPost("/quarantine/{id:long}/resubmit", Resubmit).Act(Access.Operate).WithSummary("Take in a message from quarantine as it should have been");
        events.MapGet("/quarantine/{id:long}", ShowQuarantined).WithSummary("One message in quarantine with what came");
    }

    private static async Task<Results<Ok<EventView>, ProblemHttpResult>> Show(long id, IOperations operations, CancellationToken aborted)
        => await operations.Event(id, aborted) is { } found ? TypedResults.Ok(found) : TypedResults.Problem($"There is no event {id}.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> Resubmit(long id, Correction body, HttpContext http, ActAnswers acts)
        => string.IsNullOrWhiteSpace(body.Text)
            ? Problems.Answer(StatusCodes.Status400BadRequest, "'text' is missing: the whole message, corrected.")
            : await acts.Ask(http, body.Why, by => ActRequest.Resubmit(by, id, body.Text));

    /// <param name="Why">The reason, for the audit.</param>
    /// <param name="Text">The whole message, corrected: one CloudEvent.</param>
    internal sealed record Correction(string? Why, string? Text);

    private static async Task<Results<Ok<QuarantineView>, ProblemHttpResult>> ShowQuarantined(long id, IOperations operations, CancellationToken aborted)
        => await operations.QuarantinedMessage(id, aborted) is { } found ? TypedResults.Ok(found) : TypedResults.Problem($"There is no message {id} in quarantine.", statusCode: StatusCodes.Status404NotFound);
}
