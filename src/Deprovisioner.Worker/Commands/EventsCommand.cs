using System.CommandLine;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>events list</c>, <c>events quarantined</c> and <c>events resubmit</c></summary>
internal static class EventsCommand
{
    public static Command Create() => new("events", "Look at what HR systems sent.") { List(), Quarantined(), Resubmit() };

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
        var show = new Option<long?>("--show") { Description = "Print what came as this one, and nothing else; what is no text stands there as \\xHH." };
        var command = new Command("quarantined", "List messages that are no valid HR events, with the reason, the newest first.") { show };
        part.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            if (parsed.GetValue(show) is { } number)
            {
                return await Show(operations, number, parsed.GetValue(json), cancellationToken);
            }

            var page = await operations.Quarantined(part.Of(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(page);
                return DeprovisionerCommands.Done;
            }

            Terminal.Table("Nothing is in quarantine.", ["#", "received", "bytes", "deliveries", "id", "reason", "detail", "sent again"], page.Items.Select(q => new[]
            {
                q.QuarantineId.ToString(), TimeText.Of(q.ReceivedAt), q.Bytes.ToString(), q.Deliveries.ToString(), q.EventId, q.Reason, q.Detail, TimeText.Of(q.ResubmittedAt),
            }));
            PartOptions.TellOfMore(page.Next);
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static async Task<int> Show(IOperations operations, long number, bool json, CancellationToken cancellationToken)
    {
        if (await operations.QuarantinedMessage(number, cancellationToken) is not { } message)
        {
            Terminal.Error($"there is no message {number} in quarantine.");
            return DeprovisionerCommands.Failed;
        }

        if (json)
        {
            Terminal.Json(message);
        }
        else
        {
            // As it came, so that it can be corrected and sent again: control characters are shown as text already.
            await Console.Out.WriteAsync(message.Raw.Text);
        }

        return DeprovisionerCommands.Done;
    }

    private static Command Resubmit()
    {
        var number = new Argument<long>("NUMBER") { Description = "The message's number in 'events quarantined'." };
        var file = new Argument<string>("FILE") { Description = "The whole message as it should have been, one CloudEvent; - for standard input." };
        var command = new Command("resubmit", "Take in a message from quarantine, corrected. HR's own next event about the person decides all the same.") { number, file };
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            var text = path == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(path, cancellationToken);
            return await ActCommands.Ask(parsed, by, ActRequest.Resubmit(by.Of(parsed), parsed.GetValue(number), text), cancellationToken);
        });
        return command;
    }
}
