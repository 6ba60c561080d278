using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Asking;

/// <summary>Writes what people ask for, and reads what became of it.</summary>
internal sealed class RequestedActs(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>All of them or none; in the order in which they are given, which is that of their numbers and that in which they are carried out.</summary>
    public async Task<IReadOnlyList<Act>> Ask(IReadOnlyList<ActRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count == 0)
        {
            return [];
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var ids = new List<long>();
        foreach (var request in requests)
        {
            ids.Add(await OperatorActs.Request(context, Row(request, now), cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
        return await Read(context, ids, cancellationToken);
    }

    /// <summary>In the order of their numbers; those that there are not are left out.</summary>
    public async Task<IReadOnlyList<Act>> Find(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Read(context, ids, cancellationToken);
    }

    private static async Task<IReadOnlyList<Act>> Read(DeprovisionerContext context, IReadOnlyList<long> ids, CancellationToken cancellationToken)
        => (await context.OperatorActs.Where(a => ids.Contains(a.ActId)).OrderBy(a => a.ActId).ToListAsync(cancellationToken)).ConvertAll(a => new Act(
            a.ActId, a.Kind, a.SagaId, a.StepId, a.System, a.PersonId, a.Evidence, a.Target, a.Details, a.Who, a.Why, a.RequestedAt, a.Status, a.Answer, a.DoneAt));

    private static OperatorActEntity Row(ActRequest request, DateTimeOffset now)
        => new()
        {
            Kind = request.Kind,
            SagaId = request.SagaId,
            StepId = request.StepId,
            System = request.System,
            PersonId = request.PersonId,
            Evidence = request.Evidence,
            Target = request.Target,
            Details = request.Details,
            Who = request.Who,
            Why = request.Why,
            RequestedAt = now,
        };
}
