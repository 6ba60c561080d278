using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Finds tasks that are past their due time and of which nobody was told: by their rows, so that no time spent down loses one.</summary>
public sealed class OverdueTasks(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Of one transaction; the rest follows with the next look.</summary>
    private const int MostAtOnce = 200;

    public async Task<IReadOnlyList<(SagaId Saga, StepId Step)>> Find(CancellationToken cancellationToken)
        => await database.Rows(
            "select saga_id, step_id from steps where status = 'open-task' and not task_overdue_told and task_due_at <= $1 order by task_due_at limit $2",
            row => (new SagaId(row.GetGuid(0)), new StepId(row.GetGuid(1))), cancellationToken,
            Sql.Time(clock.GetUtcNow()), Sql.Int(MostAtOnce));
}
