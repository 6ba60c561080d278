using System.CommandLine;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>tasks list</c></summary>
internal static class TasksCommand
{
    public static Command Create()
    {
        var overdue = new Option<bool>("--overdue") { Description = "Only those past their due time." };
        var owner = new Option<string?>("--owner") { Description = "Only this owner's." };
        var json = Terminal.JsonOption();
        var list = new Command("list", "List what people have to do by hand, the most urgent first.") { overdue, owner, json };
        list.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var (late, who) = (parsed.GetValue(overdue), parsed.GetValue(owner));
            var now = TimeProvider.System.GetUtcNow();
            var tasks = await context.Steps
                .Where(s => s.Status == "open-task" && (who == null || s.TaskOwner == who) && (!late || s.TaskDueAt <= now))
                .Join(context.Sagas, s => s.SagaId, g => g.SagaId, (step, saga) => new { step, saga.PersonId })
                .OrderBy(t => t.step.TaskDueAt).ThenBy(t => t.step.StepId)
                .ToListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(tasks.Select(t => new
                {
                    t.step.StepId,
                    t.step.SagaId,
                    t.PersonId,
                    t.step.System,
                    owner = t.step.TaskOwner,
                    dueAt = t.step.TaskDueAt,
                    overdue = t.step.TaskDueAt <= now,
                    state = State(t.step.TaskDoneBy),
                    doneBy = t.step.TaskDoneBy,
                    verificationRequired = t.step.TaskVerify,
                    t.step.Instruction,
                }));
                return DeprovisionerCommands.Done;
            }

            Terminal.Table("No open tasks.", ["owner", "due", "state", "person", "system", "what", "step"], tasks.Select(t => new[]
            {
                t.step.TaskOwner, Terminal.Time(t.step.TaskDueAt) + (t.step.TaskDueAt <= now ? " OVERDUE" : ""), State(t.step.TaskDoneBy) + (t.step.TaskDoneBy is { } by ? $" by {by}" : ""),
                t.PersonId, t.step.System, t.step.Instruction, t.step.StepId.ToString(),
            }));
            return DeprovisionerCommands.Done;
        });
        return new Command("tasks", "Look at what people have to do by hand.") { list };
    }

    private static string State(string? doneBy) => doneBy is null ? "open" : "done, to be verified";
}
