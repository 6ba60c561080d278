using System.ComponentModel;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>What became of what was asked for.</summary>
internal static class ActEndpoints
{
    /// <summary>More at once are asked for in parts.</summary>
    private const int Most = 1_000;

    public static void Map(RouteGroupBuilder api)
        => api.MapGet("/acts", ([FromQuery(Name = "id"), Description("Their numbers.")] long[] ids, IOperations operations, CancellationToken aborted) => operations.Acts([.. ids.Take(Most)], aborted))
            .WithTags("acts").WithSummary("What became of what was asked for");
}
