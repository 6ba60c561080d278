using System.CommandLine;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Commands.Server;
using Deprovisioner.Worker.Running;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>publish</c></summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "A CloudEvent, or a JSON array of them; - for standard input." };
        var json = Terminal.JsonOption();
        var command = new Command(
            "publish",
            "Publish HR events from files: to the exchange hr.events, or, where no broker is configured, straight into the inbox. What is invalid goes where every invalid event goes: into quarantine.")
        {
            files, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var events = new List<(string File, ReadOnlyMemory<byte> Bytes)>();
            foreach (var file in parsed.GetValue(files)!)
            {
                events.AddRange(HrEventBatch.Split(await Read(file, cancellationToken)).Select(bytes => (file, (ReadOnlyMemory<byte>)bytes)));
            }

            var results = parsed.GetValue(ServerOption.Option) is not null ? await ToServer(parsed, events, cancellationToken)
                : CommandServices.Settings().RabbitMq is { } broker ? await ToBroker(broker, events, cancellationToken) : await ToInbox(events, cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(results);
            }
            else
            {
                Terminal.Table("Nothing to publish.", ["file", "type", "id", "result", "reason"], results.Select(r => new[] { r.File, r.Type, r.Id, r.Result, r.Reason }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static async Task<List<Published>> ToServer(ParseResult parsed, List<(string File, ReadOnlyMemory<byte> Bytes)> events, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.WithOperations(parsed);
        var calls = services.GetRequiredService<ServerCalls>();
        var results = new List<Published>();
        foreach (var (file, bytes) in events)
        {
            var answer = (await calls.Ingest([.. "["u8, .. bytes.Span, .. "]"u8], cancellationToken))[0];
            results.Add(Result(file, HrEventParser.Parse(bytes), (string?)answer?["result"] ?? "accepted", null));
        }

        return results;
    }

    private static async Task<List<Published>> ToBroker(Uri broker, List<(string File, ReadOnlyMemory<byte> Bytes)> events, CancellationToken cancellationToken)
    {
        await using var exchange = CloudEventExchange.HrEvents(broker);
        var results = new List<Published>();
        foreach (var (file, bytes) in events)
        {
            try
            {
                await exchange.Publish(bytes, cancellationToken);
            }
            catch (Exception unroutable) when (unroutable is PublishException { IsReturn: true } or OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotFound })
            {
                throw new IOException($"no queue is bound to the exchange {Transport.HrEventsExchange} yet, so the broker would drop the event: start the worker once, which binds it.", unroutable);
            }

            results.Add(Result(file, HrEventParser.Parse(bytes), "published", null));
        }

        return results;
    }

    private static async Task<List<Published>> ToInbox(List<(string File, ReadOnlyMemory<byte> Bytes)> events, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.WithDecisions();
        var transaction = services.GetRequiredService<FactTransaction>();
        var clock = services.GetRequiredService<TimeProvider>();
        var results = new List<Published>();
        foreach (var (file, bytes) in events)
        {
            var parse = HrEventParser.Parse(bytes);
            Fact fact = parse switch
            {
                HrEventParse.Valid valid => new Fact.EventArrived(valid.Event, bytes, clock.GetUtcNow(), valid.Event.TraceParent),
                HrEventParse.Invalid invalid => new Fact.InvalidArrived(invalid, bytes, clock.GetUtcNow()),
                _ => throw new InvalidOperationException("Not a parse."),
            };
            var answer = (await transaction.Apply([fact], cancellationToken)).Answers[0];
            results.Add(Result(file, parse, answer.Verdict, answer.Reason));
        }

        await services.GetRequiredService<OperatorActs>().Announce(cancellationToken);
        return results;
    }

    private static Published Result(string file, HrEventParse parse, string result, string? reason)
        => parse switch
        {
            HrEventParse.Valid valid => new Published(file, valid.Event.Type, valid.Event.Id, result, reason),
            HrEventParse.Invalid invalid => new Published(file, null, invalid.Id, result, $"invalid ({invalid.Reason}), goes to quarantine: {invalid.Detail}"),
            _ => throw new InvalidOperationException("Not a parse."),
        };

    private static async Task<byte[]> Read(string file, CancellationToken cancellationToken)
    {
        if (file != "-")
        {
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }

        using var bytes = new MemoryStream();
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private sealed record Published(string File, string? Type, string? Id, string Result, string? Reason);
}
