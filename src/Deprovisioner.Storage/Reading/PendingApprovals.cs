using System.Collections.Immutable;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>What would be agreed to, as the core works it out.</summary>
internal static class PendingApprovals
{
    /// <summary>Of a saga whose steps are loaded.</summary>
    public static async Task<IReadOnlyList<ApprovalView>> Of(DeprovisionerContext context, SagaEntity saga, ImmutableArray<PlannedStage> stages, CancellationToken cancellationToken)
    {
        var waiting = stages.Where(s => s.ApprovalRequired && !s.Approved).ToList();
        if (waiting.Count == 0 || saga.Status is "completed" or "cancelled")
        {
            return [];
        }

        var known = (await context.KnownAccounts.Where(a => a.PersonId == saga.PersonId).ToListAsync(cancellationToken)).ConvertAll(a => new KnownAccount(new SystemName(a.System), a.AccountId));
        return [.. waiting.Select(stage =>
        {
            var systems = saga.Steps.Where(s => s.Stage == stage.Ordinal).Select(s => new SystemName(s.System)).ToHashSet();
            return new ApprovalView(
                stage.Name, StageApproval.HashOf(saga.PlanHash, stage.Name, systems, known), [.. known.Where(a => systems.Contains(a.System)).Select(a => $"{a.System} {a.AccountId}").Order(StringComparer.Ordinal)]);
        })];
    }
}
