using System.CommandLine;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>events list</c> and <c>events quarantined</c></summary>
internal static class EventsCommand
{
    public static Command Create() => new("events", "Look at what HR systems sent.") { List(), Quarantined() };

    private static Command List()
    {
        var verdict = new Option<string?>("--verdict") { Description = "Only these." };
        verdict.AcceptOnlyFromAmong("applied", "planned", "scheduled", "held", "stale", "superseded", "no-op");
        var limit = Limit();
        var json = Terminal.JsonOption();
        var command = new Command("list", "List accepted events with what was decided, the newest first.") { verdict, limit, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var wanted = parsed.GetValue(verdict);
            var events = await context.Inbox.Where(e => wanted == null || e.Verdict == wanted).OrderByDescending(e => e.InboxId).Take(parsed.GetValue(limit)).ToListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(events);
            }
            else
            {
                Terminal.Table("No events.", ["received", "type", "id", "person", "verdict", "deliveries", "reason"], events.Select(e => new[]
                {
                    Terminal.Time(e.ReceivedAt), e.Type, e.EventId, e.PersonId, e.Verdict, e.Deliveries.ToString(), e.Reason,
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Quarantined()
    {
        var limit = Limit();
        var json = Terminal.JsonOption();
        var command = new Command("quarantined", "List messages that are no valid HR events, with the reason, the newest first.") { limit, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var rows = await context.Quarantine.OrderByDescending(q => q.QuarantineId).Take(parsed.GetValue(limit)).ToListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(rows);
            }
            else
            {
                Terminal.Table("Nothing is in quarantine.", ["#", "received", "bytes", "deliveries", "id", "reason", "detail"], rows.Select(q => new[]
                {
                    q.QuarantineId.ToString(), Terminal.Time(q.ReceivedAt), q.RawLength.ToString(), q.Deliveries.ToString(), q.EventId, q.Reason, q.Detail,
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Option<int> Limit() => new("--limit") { Description = "At most this many.", DefaultValueFactory = _ => 50 };
}
