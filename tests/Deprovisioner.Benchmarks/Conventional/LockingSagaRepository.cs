using System.Data;
using MassTransit;
using MassTransit.Context;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Benchmarks.Conventional;

/// <summary>
/// Sagas in PostgreSQL through EF Core, each locked while a message is at it: what MassTransit.EntityFrameworkCore does with pessimistic concurrency, for one kind of saga. A transaction for each message: lock and
/// load, run the state machine, save what changed in one batch, commit.
/// </summary>
internal sealed class LockingSagaRepository(IDbContextFactory<ConventionalContext> contexts) : ISagaRepository<LeaverState>
{
    public async Task Send<T>(ConsumeContext<T> context, ISagaPolicy<LeaverState, T> policy, IPipe<SagaConsumeContext<LeaverState, T>> next)
        where T : class
    {
        var id = context.CorrelationId ?? throw new InvalidOperationException("The message has no correlation id.");
        await using var database = await contexts.CreateDbContextAsync(context.CancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, context.CancellationToken);
        var scope = new ConsumeContextScope<T>(context, database);
        var saga = await database.Leavers.FromSql($"""select * from leavers where "CorrelationId" = {id} for update""").SingleOrDefaultAsync(context.CancellationToken);
        if (saga is not null)
        {
            await policy.Existing(new DefaultSagaConsumeContext<LeaverState, T>(scope, saga), next);
        }
        else
        {
            await policy.Missing(scope, Pipe.ExecuteAsync<SagaConsumeContext<LeaverState, T>>(async missing =>
            {
                database.Leavers.Add(missing.Saga);
                await next.Send(new DefaultSagaConsumeContext<LeaverState, T>(scope, missing.Saga));
            }));
        }

        await database.SaveChangesAsync(context.CancellationToken);
        await transaction.CommitAsync(context.CancellationToken);
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<LeaverState> query, ISagaPolicy<LeaverState, T> policy, IPipe<SagaConsumeContext<LeaverState, T>> next)
        where T : class
        => throw new NotSupportedException("Every message carries its saga's id.");

    public void Probe(ProbeContext context) => context.CreateScope("locking-saga-repository");
}
