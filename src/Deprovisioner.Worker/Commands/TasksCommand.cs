using System.CommandLine;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

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
            await using var services = CommandServices.WithOperations(parsed);
            var tasks = await services.GetRequiredService<IOperations>().Tasks(parsed.GetValue(owner), parsed.GetValue(overdue), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(tasks);
                return DeprovisionerCommands.Done;
            }

            Terminal.Table("No open tasks.", ["owner", "due", "state", "person", "system", "what", "step"], tasks.Select(t => new[]
            {
                t.Owner, TimeText.Of(t.DueAt) + (t.Overdue ? " OVERDUE" : ""), t.State + (t.DoneBy is { } by ? $" by {by}" : ""), t.PersonId, t.System, t.Instruction, t.StepId.ToString(),
            }));
            return DeprovisionerCommands.Done;
        });
        return new Command("tasks", "Look at what people have to do by hand.") { list };
    }
}
