using System.ComponentModel;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>Comparisons of systems' accounts with the registry.</summary>
internal static class ReconciliationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var runs = api.MapGroup("/reconciliations").WithTags("reconciliations");
        runs.MapGet("", (string? system, [FromQuery(Name = "act"), Description("Only those that these acts began.")] long[]? acts, [AsParameters] Part part, IOperations operations, CancellationToken aborted)
            => operations.Reconciliations(new ReconciliationFilter(system, acts is { Length: > 0 } ? acts : null), part.Request, aborted))
            .WithSummary("Reconciliations, the newest first");
        runs.MapGet("/{id:guid}", Show).WithSummary("One reconciliation");
        runs.MapGet("/{id:guid}/findings", (Guid id, string? finding, [AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.Findings(id, finding, part.Request, aborted))
            .WithSummary("What a reconciliation found, by account");
        runs.MapPost("", Begin).Act(Access.Operate).WithSummary("Compare the accounts of a system with the registry");
        runs.MapPost("/{id:guid}/cancel", (Guid id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.CancelReconciliation(by, id)))
            .Act(Access.Operate).WithSummary("Stop a reconciliation; what it found stays");
    }

    private static async Task<Results<Ok<ReconciliationLine>, ProblemHttpResult>> Show(Guid id, IOperations operations, CancellationToken aborted)
        => await operations.Reconciliation(id, aborted) is { } run ? TypedResults.Ok(run) : TypedResults.Problem($"There is no reconciliation {id}.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IResult> Begin(NewReconciliation body, HttpContext http, ActAnswers acts)
        => body.Systems is { Count: > 0 } systems
            ? await acts.Ask(http, body.Why, by => [.. systems.Distinct().Select(system => ActRequest.Reconcile(by, system, body.ShrunkIsRight ?? false))])
            : Problems.Answer(StatusCodes.Status400BadRequest, "'systems' is missing: the names of those to compare.");

    /// <param name="Why">The reason, for the audit.</param>
    /// <param name="ShrunkIsRight">Believe a list that is far shorter than the last one: accounts were cleared up.</param>
    internal sealed record NewReconciliation(string? Why, IReadOnlyList<string>? Systems, bool? ShrunkIsRight);
}
