using System.ComponentModel;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>Sagas.</summary>
internal static class SagaEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var sagas = api.MapGroup("/sagas").WithTags("sagas");
        sagas.MapGet("", List).WithSummary("Sagas, the newest first");
        sagas.MapGet("/{id:guid}", Show).WithSummary("One saga with all that is known of it");
        sagas.MapPost("/{id:guid}/cancel", (Guid id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Cancel(by, id)))
            .Act(Access.Operate).WithSummary("Cancel what the saga has not done yet");
        sagas.MapPost("/{id:guid}/release", (Guid id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Release(by, id)))
            .Act(Access.Approve).WithSummary("Let a held saga go on");
        sagas.MapPost("/{id:guid}/reject", (Guid id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Reject(by, id)))
            .Act(Access.Approve).WithSummary("Cancel a held saga");
        sagas.MapPost("/{id:guid}/ask-guard", (Guid id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.AskGuard(by, id)))
            .Act(Access.Operate).WithSummary("Ask the guard once more about a saga that is on the way");
        sagas.MapPost("/{id:guid}/approve", ApproveStage).Act(Access.Approve).WithSummary("Agree to a stage that waits for it");
    }

    private static async Task<Results<Ok<Page<SagaLine>>, ProblemHttpResult>> List([AsParameters] SagaQuery query, [AsParameters] Part part, IOperations operations, CancellationToken aborted)
        => query.Fault() is { } fault ? TypedResults.Problem(fault, statusCode: StatusCodes.Status400BadRequest) : TypedResults.Ok(await operations.Sagas(query.Filter, part.Request, aborted));

    private static async Task<Results<Ok<SagaView>, ProblemHttpResult>> Show(Guid id, IOperations operations, CancellationToken aborted)
        => await operations.Saga(id, aborted) is { } saga ? TypedResults.Ok(saga) : TypedResults.Problem($"There is no saga {id}.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> ApproveStage(Guid id, StageApproval body, HttpContext http, ActAnswers acts)
        => string.IsNullOrEmpty(body.Hash)
            ? Problems.Answer(StatusCodes.Status400BadRequest, "'hash' is missing: what the saga's 'approvals' give, of the plan and the accounts that were looked at.")
            : await acts.Ask(http, body.Why, by => ActRequest.Approve(by, id, body.Stage, body.Hash));

    /// <param name="Why">The reason, for the audit.</param>
    /// <param name="Stage">Its name; null: the first that waits for its approval.</param>
    /// <param name="Hash">This plan and these accounts, and no others.</param>
    internal sealed record StageApproval(string? Why, string? Stage, string? Hash);

    /// <summary>Which sagas.</summary>
    internal readonly record struct SagaQuery(
        [property: FromQuery(Name = "status")] string? Status,
        [property: FromQuery(Name = "kind")] string? Kind,
        [property: FromQuery(Name = "person"), Description("The person's id.")] string? Person,
        [property: FromQuery(Name = "policy")] string? Policy,
        [property: FromQuery(Name = "system"), Description("With a step on it.")] string? System,
        [property: FromQuery(Name = "urgent")] bool? Urgent,
        [property: FromQuery(Name = "late"), Description("With a stage whose deadline was missed, and not over.")] bool? Late,
        [property: FromQuery(Name = "plannedFrom")] DateTimeOffset? PlannedFrom,
        [property: FromQuery(Name = "plannedBefore")] DateTimeOffset? PlannedBefore,
        [property: FromQuery(Name = "deadlineBefore")] DateTimeOffset? DeadlineBefore)
    {
        public SagaFilter Filter => new(Status, Kind, Person, Policy, System, Urgent, Late, PlannedFrom?.ToUniversalTime(), PlannedBefore?.ToUniversalTime(), DeadlineBefore?.ToUniversalTime());

        /// <summary>What would find nothing whatever there is; null: nothing.</summary>
        public string? Fault()
            => Status is not null && !EnumText.All<SagaStatus>().Contains(Status) ? $"'{Status}' is no status: there are {string.Join(", ", EnumText.All<SagaStatus>())}."
                : Kind is not null && !EnumText.All<SagaKind>().Contains(Kind) ? $"'{Kind}' is no kind: there are {string.Join(", ", EnumText.All<SagaKind>())}."
                : null;
    }
}
