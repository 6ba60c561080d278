using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Finds the sagas whose next deadline has passed. Level-triggered: what nobody noticed while everything was down is found afterwards.</summary>
public sealed class Deadlines(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Sagas are locked together in one transaction; more than these would hold up the writer's other work.</summary>
    private const int MostAtOnce = 200;

    /// <summary>The longest overdue first; the rest follows with the next look. Nothing is locked: the writer decides behind the saga's lock, whichever replica comes first.</summary>
    public async Task<IReadOnlyList<SagaId>> Passed(CancellationToken cancellationToken)
        => await database.Rows(
            "select saga_id from sagas where next_deadline_at < $1 order by next_deadline_at limit $2", row => new SagaId(row.GetGuid(0)), cancellationToken,
            Sql.Time(clock.GetUtcNow()), Sql.Int(MostAtOnce));
}
