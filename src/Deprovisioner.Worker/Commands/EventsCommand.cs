using System.CommandLine;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>events list</c> and <c>events quarantined</c></summary>
internal static class EventsCommand
{
    public static Command Create() => new("events", "Look at what HR systems sent.") { List(), Quarantined() };

    private static Command List()
    {
        var verdict = new Option<string?>("--verdict") { Description = "Only these." };
        verdict.AcceptOnlyFromAmong("applied", "planned", "scheduled", "held", "stale", "superseded", "no-op");
        var part = new PartOptions();
        var json = Terminal.JsonOption();
        var command = new Command("list", "List accepted events with what was decided, the newest first.") { verdict };
        part.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var page = await services.GetRequiredService<IOperations>().Events(parsed.GetValue(verdict), part.Of(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(page);
                return DeprovisionerCommands.Done;
            }

            Terminal.Table("No events.", ["received", "type", "id", "person", "verdict", "deliveries", "reason"], page.Items.Select(e => new[]
            {
                TimeText.Of(e.ReceivedAt), e.Type, e.EventId, e.PersonId, e.Verdict, e.Deliveries.ToString(), e.Reason,
            }));
            PartOptions.TellOfMore(page.Next);
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Quarantined()
    {
        var part = new PartOptions();
        var json = Terminal.JsonOption();
        var command = new Command("quarantined", "List messages that are no valid HR events, with the reason, the newest first.");
        part.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var page = await services.GetRequiredService<IOperations>().Quarantined(part.Of(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(page);
                return DeprovisionerCommands.Done;
            }

            Terminal.Table("Nothing is in quarantine.", ["#", "received", "bytes", "deliveries", "id", "reason", "detail"], page.Items.Select(q => new[]
            {
                q.QuarantineId.ToString(), TimeText.Of(q.ReceivedAt), q.Bytes.ToString(), q.Deliveries.ToString(), q.EventId, q.Reason, q.Detail,
            }));
            PartOptions.TellOfMore(page.Next);
            return DeprovisionerCommands.Done;
        });
        return command;
    }
}
