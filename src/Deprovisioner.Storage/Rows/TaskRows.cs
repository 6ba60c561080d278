using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of a step that a person has.</summary>
internal static class TaskRows
{
    public const string Columns = "task_owner, task_due_at, task_verify, task_done_by, task_overdue_told";

    /// <param name="first">The place of the first of <see cref="Columns"/>.</param>
    public static ManualTask? Read(NpgsqlDataReader row, int first)
        => row.Text(first) is { } owner
            ? new ManualTask(new TaskAssignment(owner, row.Time(first + 1), row.GetBoolean(first + 2)), row.Text(first + 3), row.GetBoolean(first + 4))
            : null;

    /// <summary>Few steps are a person's: a statement of its own, where there is one to write.</summary>
    public static void Save(SqlBatch batch, IEnumerable<Step> changed)
    {
        var tasks = changed.Where(step => step.Task is not null).Select(step => (step.Id, Task: step.Task!)).ToList();
        if (tasks.Count > 0)
        {
            batch.Add(
                """
                update steps s set task_owner = t.o, task_due_at = t.d, task_verify = t.v, task_done_by = t.b, task_overdue_told = t.l
                from unnest($1, $2, $3, $4, $5, $6) as t(id, o, d, v, b, l) where s.step_id = t.id
                """,
                Sql.Uuids(tasks.Select(t => t.Id.Value)), Sql.Texts(tasks.Select(t => StoredText.Of(t.Task.Assignment.Owner, MostOfAnOwner))),
                Sql.Times(tasks.Select(t => (DateTimeOffset?)t.Task.Assignment.DueAt)), Sql.Booleans(tasks.Select(t => t.Task.Assignment.VerificationRequired)),
                Sql.Texts(tasks.Select(t => t.Task.DoneBy)), Sql.Booleans(tasks.Select(t => t.Task.OverdueTold)));
        }
    }

    private const int MostOfAnOwner = 256;
}
