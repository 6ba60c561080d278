using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>What people have to do by hand.</summary>
internal sealed class TaskReading(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>The most urgent first.</summary>
    /// <param name="owner">Null: whoever has them.</param>
    public async Task<IReadOnlyList<TaskLine>> List(string? owner, bool overdue, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var tasks = await context.Steps.Where(s => s.Status == "open-task" && (owner == null || s.TaskOwner == owner) && (!overdue || s.TaskDueAt <= now))
            .OrderBy(t => t.TaskDueAt).ThenBy(t => t.StepId).ToListAsync(cancellationToken);
        var sagas = tasks.Select(t => t.SagaId).Distinct().ToList();
        var people = await context.Sagas.Where(s => sagas.Contains(s.SagaId)).ToDictionaryAsync(s => s.SagaId, s => s.PersonId, cancellationToken);
        return tasks.ConvertAll(t => new TaskLine(
            t.StepId, t.SagaId, people[t.SagaId], t.System, t.TaskOwner, t.TaskDueAt, t.TaskDueAt <= now, t.TaskDoneBy is null ? "open" : "done, to be verified", t.TaskDoneBy,
            t.TaskVerify, t.Instruction));
    }
}
