using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Console.Api;

/// <summary>The guard against mass terminations.</summary>
internal static class GuardEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var guard = api.MapGroup("/guard").WithTags("guard");
        guard.MapGet("", (IOperations operations, CancellationToken aborted) => operations.Guard(aborted)).WithSummary("The guard as it stands");
        guard.MapGet("/layoffs", ([AsParameters] Part part, IOperations operations, CancellationToken aborted) => operations.Layoffs(part.Request, aborted)).WithSummary("Announced layoffs, the newest first");
        guard.MapPost("/layoffs", Announce).Act(Access.Operate).WithSummary("Announce a layoff: it counts once another person approves it");
        guard.MapPost("/layoffs/{id:long}/approve", (long id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.ApproveLayoff(by, id)))
            .Act(Access.Approve).WithSummary("Agree to an announced layoff");
    }

    private static async Task<IResult> Announce(NewLayoff body, HttpContext http, ActAnswers acts)
        => body is { Size: > 0, From: { } from, Until: { } until } && from <= until
            ? await acts.Ask(http, body.Why, by => ActRequest.AnnounceLayoff(by, body.Size, Midnight(from), Midnight(until.AddDays(1))))
            : Problems.Answer(StatusCodes.Status400BadRequest, "'size' must be above 0, and 'from' and 'until' the first and the last day (UTC) on which their access ends, such as 2026-11-30.");

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    /// <param name="Why">The reason, for the audit.</param>
    /// <param name="Size">At most so many leavers.</param>
    /// <param name="From">The first day (UTC) on which their access ends.</param>
    /// <param name="Until">The last such day.</param>
    internal sealed record NewLayoff(string? Why, int Size, DateOnly? From, DateOnly? Until);
}
