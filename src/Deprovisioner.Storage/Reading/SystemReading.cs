using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>Target systems, for people.</summary>
internal sealed class SystemReading(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    public async Task<IReadOnlyList<SystemLine>> List(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var systems = await context.Systems.Where(s => s.Configured).OrderBy(s => s.System).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();

        // What is to happen on a day to come does not wait yet; what was put off, or failed in passing, does.
        var (due, underWay, failed) = (await Count(context.Steps.Where(s => s.Status == "due" && (s.DueAt <= now || s.Sends > 0 || s.Deferred)), cancellationToken), await Count(context.Steps.Where(s => s.Status == "in-flight"), cancellationToken),
            await Count(context.Steps.Where(s => s.Status == "failed"), cancellationToken));
        var checks = await LastChecks(context, cancellationToken);
        return systems.ConvertAll(s => new SystemLine(
            s.System, s.Connector, s.Observe, s.PausedBy is not null ? $"paused by {s.PausedBy}" : s.Gate, s.PausedAt ?? s.GateSince, s.GateUntil, s.LastError, s.LastErrorAt, s.LastSuccessAt, s.PausedBy, s.PausedWhy,
            s.PerSecond, s.Concurrency, due.GetValueOrDefault(s.System), underWay.GetValueOrDefault(s.System), failed.GetValueOrDefault(s.System), checks.GetValueOrDefault(s.System)));
    }

    private static async Task<Dictionary<string, SystemCheckLine>> LastChecks(DeprovisionerContext context, CancellationToken cancellationToken)
        => (await context.Systems.Select(s => context.SystemChecks.Where(c => c.System == s.System).OrderByDescending(c => c.CheckId).FirstOrDefault()).ToListAsync(cancellationToken))
            .OfType<SystemCheckEntity>()
            .ToDictionary(c => c.System, c => new SystemCheckLine(
                c.CheckId, c.Status, c.AskedBy, c.Why, c.AskedAt, c.EndedAt, c.Reachable, c.Version, JsonSerializer.Deserialize<IReadOnlyList<CheckedRight>>(c.Findings, JsonSerializerOptions.Web)!));

    /// <summary>Each state by itself: there is an index for each, and none for several.</summary>
    private static async Task<Dictionary<string, int>> Count(IQueryable<StepEntity> steps, CancellationToken cancellationToken)
        => await steps.GroupBy(s => s.System).Select(g => new { System = g.Key, Count = g.Count() }).ToDictionaryAsync(c => c.System, c => c.Count, cancellationToken);
}
