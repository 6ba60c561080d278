using Deprovisioner.Console.SignIn;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Deprovisioner.Console.Api;

/// <summary>Replays of failed steps.</summary>
internal static class ReplayEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var replays = api.MapGroup("/replays").WithTags("replays");
        replays.MapGet("", ([AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.Replays(part.Request, aborted)).WithSummary("Replays, the newest first");
        replays.MapGet("/{id:long}", Show).WithSummary("How far a replay is");
        replays.MapGet("/{id:long}/steps", (long id, string? state, [AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.ReplaySteps(id, state, part.Request, aborted))
            .WithSummary("The steps of a replay, in their order");
        replays.MapPost("", Begin).Act(Access.Operate).WithSummary("Try failed steps again: one, then ten, then the rest. The replay's number is that of the act");
        replays.MapPost("/{id:long}/start", (long id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.StartReplay(by, id)))
            .Act(Access.Operate).WithSummary("Start a previewed replay, with exactly the steps that it selected");
        replays.MapPost("/{id:long}/resume", (long id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.ResumeReplay(by, id)))
            .Act(Access.Operate).WithSummary("Let a stopped replay go on");
        replays.MapPost("/{id:long}/cancel", (long id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.CancelReplay(by, id)))
            .Act(Access.Operate).WithSummary("End a replay: nothing more is sent");
    }

    private static async Task<Results<Ok<ReplayView>, ProblemHttpResult>> Show(long id, IOperations operations, CancellationToken aborted)
        => await operations.Replay(id, aborted) is { } replay ? TypedResults.Ok(replay) : TypedResults.Problem($"There is no replay {id}.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> Begin(NewReplayBody body, HttpContext http, ActAnswers acts)
    {
        StepAction? action = null;
        if (body.Action is { } named)
        {
            if (!EnumText.All<StepAction>().Contains(named))
            {
                return Problems.Answer(StatusCodes.Status400BadRequest, $"'{named}' is no action: there are {string.Join(", ", EnumText.All<StepAction>())}.");
            }

            action = EnumText.Parse<StepAction>(named);
        }

        if (body.Filter(action).IsEmpty && body.All is not true)
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "Nothing is said of which steps are meant. Name some, or say \"all\": true.");
        }

        if (body.Start is not (null or "preview" or "if-few" or "at-once"))
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "'start' is 'preview', 'if-few' or 'at-once'.");
        }

        var start = body.Start switch { "preview" => ReplayStart.AfterPreview, "at-once" => ReplayStart.AtOnce, _ => ReplayStart.IfFew };
        return await acts.Ask(http, body.Why, by => ActRequest.Replay(by, body.Filter(action), start, body.PreviewAll ?? false));
    }

    /// <summary>Which failed steps: those of which everything that is said is true.</summary>
    /// <param name="Why">The reason, for the audit.</param>
    /// <param name="Ids">Steps, and sagas.</param>
    /// <param name="FailedFrom">Failed then or later.</param>
    /// <param name="FailedBefore">Failed before.</param>
    /// <param name="All">Nothing else is said, and every failed step is meant.</param>
    /// <param name="Start"><c>preview</c>: they are asked about, and started by a request of its own. <c>if-few</c>, unless told: at once if there are at most ten. <c>at-once</c>.</param>
    /// <param name="PreviewAll">Every step is asked about; of more than a hundred else a sample.</param>
    internal sealed record NewReplayBody(
        string? Why, IReadOnlyList<Guid>? Ids, string? System, string? Code, string? Action, string? Policy, string? Kind, string? Person, DateTimeOffset? FailedFrom, DateTimeOffset? FailedBefore, bool? All, string? Start, bool? PreviewAll)
    {
        public ReplayFilter Filter(StepAction? action)
            => new() { Ids = Ids ?? [], System = System, Code = Code, Action = action, Policy = Policy, Kind = Kind, Person = Person, Since = FailedFrom?.ToUniversalTime(), Before = FailedBefore?.ToUniversalTime() };
    }
}
