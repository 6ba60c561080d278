using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>Steps that wait for a person.</summary>
internal static class StepEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var steps = api.MapGroup("/steps").WithTags("steps");
        steps.MapGet("/failed", ([AsParameters] FailedQuery query, [AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.FailedSteps(query.Filter, part.Request, aborted))
            .WithSummary("Failed steps, those that failed last first");
        steps.MapPost("/{id:guid}/resolve", (Guid id, Evidence body, HttpContext http, ActAnswers acts) => WithEvidence(body, () => acts.Ask(http, body.Why, by => ActRequest.Resolve(by, id, body.Shows!))))
            .Act(Access.Operate).WithSummary("Settle a step by hand: it was done outside");
        steps.MapPost("/{id:guid}/choose", async (Guid id, Chosen body, HttpContext http, ActAnswers acts) => body.Accounts is { } accounts
                ? await acts.Ask(http, body.Why, by => ActRequest.Choose(by, id, accounts))
                : Problems.Answer(StatusCodes.Status400BadRequest, "'accounts' is missing: the ids of those that are the person's; [] where none is."))
            .Act(Access.Operate).WithSummary("Say which of the accounts that a step could not tell apart are the person's");
        steps.MapPost("/{id:guid}/skip", (Guid id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Skip(by, id)))
            .Act(Access.Operate).WithSummary("Go on without a step that failed, or that a person has");
        steps.MapPost("/{id:guid}/verify", (Guid id, Evidence body, HttpContext http, ActAnswers acts) => WithEvidence(body, () => acts.Ask(http, body.Why, by => ActRequest.Verify(by, id, body.Shows!))))
            .Act(Access.Operate).WithSummary("Vouch for a task that somebody else has done");
    }

    private static async Task<IResult> WithEvidence(Evidence body, Func<Task<IResult>> ask)
        => string.IsNullOrWhiteSpace(body.Shows) ? Problems.Answer(StatusCodes.Status400BadRequest, "'evidence' is missing: what shows that it is done.") : await ask();

    /// <summary>Which failed steps.</summary>
    internal readonly record struct FailedQuery(
        [property: FromQuery(Name = "system")] string? System, [property: FromQuery(Name = "action")] string? Action, [property: FromQuery(Name = "code")] string? Code, [property: FromQuery(Name = "person")] string? Person)
    {
        public FailedStepFilter Filter => new(System, Action, Code, Person);
    }
}
