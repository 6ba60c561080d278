using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary>A stage that waits for its approval.</summary>
/// <param name="Hash">What <c>approve --plan</c> must be given.</param>
/// <param name="Accounts">The person's known accounts on the stage's systems, as SYSTEM ID.</param>
internal sealed record PendingApproval(string Stage, string Hash, IReadOnlyList<string> Accounts);

/// <summary>What would be agreed to, as the core works it out.</summary>
internal static class ApprovalHashes
{
    public static async Task<IReadOnlyList<PendingApproval>> Of(DeprovisionerContext context, SagaEntity saga, CancellationToken cancellationToken)
    {
        var stages = JsonSerializer.Deserialize<PlannedStage[]>(saga.Stages, JsonSerializerOptions.Web)!.Where(s => s.ApprovalRequired && !s.Approved).ToList();
        if (stages.Count == 0 || saga.Status is "completed" or "cancelled")
        {
            return [];
        }

        var known = (await context.KnownAccounts.Where(a => a.PersonId == saga.PersonId).ToListAsync(cancellationToken)).ConvertAll(a => new KnownAccount(new SystemName(a.System), a.AccountId));
        return [.. stages.Select(stage =>
        {
            var systems = saga.Steps.Where(s => s.Stage == stage.Ordinal).Select(s => new SystemName(s.System)).ToHashSet();
            return new PendingApproval(
                stage.Name, StageApproval.HashOf(saga.PlanHash, stage.Name, systems, known), [.. known.Where(a => systems.Contains(a.System)).Select(a => $"{a.System} {a.AccountId}").Order(StringComparer.Ordinal)]);
        })];
    }
}
