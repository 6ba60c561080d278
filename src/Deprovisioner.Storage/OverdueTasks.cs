using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Finds tasks that are past their due time and of which nobody was told: by their rows, so that no time spent down loses one.</summary>
public sealed class OverdueTasks(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Of one transaction; the rest follows with the next look.</summary>
    private const int MostAtOnce = 200;

    public async Task<IReadOnlyList<(SagaId Saga, StepId Step)>> Find(CancellationToken cancellationToken)
    {
        var found = new List<(SagaId, StepId)>();
        await using var command = database.CreateCommand(
            "select saga_id, step_id from steps where status = 'open-task' and not task_overdue_told and task_due_at <= $1 order by task_due_at limit $2");
        command.Parameters.Add(Writing.Sql.Time(clock.GetUtcNow()));
        command.Parameters.Add(Writing.Sql.Int(MostAtOnce));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add((new SagaId(reader.GetGuid(0)), new StepId(reader.GetGuid(1))));
        }

        return found;
    }
}
