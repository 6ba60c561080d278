using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Console.Api;

/// <summary>The installation at a glance, and what waits for a repair.</summary>
internal static class OverviewEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/overview", (IOperations operations, CancellationToken aborted) => operations.Overview(aborted)).WithTags("overview").WithSummary("The installation at a glance");
        api.MapGet("/attention", (IOperations operations, CancellationToken aborted) => operations.Attention(aborted)).WithTags("overview").WithSummary("Failed steps by what seems to be the cause, the most first");
        api.MapGet("/tasks", (string? owner, bool? overdue, IOperations operations, CancellationToken aborted) => operations.Tasks(owner, overdue ?? false, aborted))
            .WithTags("overview").WithSummary("What people have to do by hand, the most urgent first");
    }
}
