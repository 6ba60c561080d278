using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Intake;

/// <summary>From bytes to a committed decision. Whoever brought the bytes may acknowledge them when this returns.</summary>
internal sealed class HrEventIntake(FactWriter writer, TimeProvider clock, ILogger<HrEventIntake> log)
{
    /// <summary>Takes in one message, valid or not.</summary>
    /// <param name="sender">Who brought it, as they signed in; null: it came over the broker.</param>
    public async Task<FactAnswer> Take(ReadOnlyMemory<byte> raw, string? sender, CancellationToken cancellationToken)
    {
        var receivedAt = clock.GetUtcNow();
        var parse = HrEventParser.Parse(raw);
        using var span = WorkerTelemetry.Receiving((parse as HrEventParse.Valid)?.Event.TraceParent);
        var answer = parse switch
        {
            HrEventParse.Valid valid => await Valid(new Fact.EventArrived(valid.Event, raw, receivedAt, span?.Id ?? valid.Event.TraceParent, sender), cancellationToken),
            HrEventParse.Invalid invalid => await writer.Commit(new Fact.InvalidArrived(invalid, raw, receivedAt, sender), cancellationToken),
            _ => throw new InvalidOperationException("Not a parse."),
        };
        WorkerTelemetry.Decided(span, answer);
        WorkerTelemetry.EventTakenIn(answer.Verdict, clock.GetUtcNow() - receivedAt);
        Log(parse, answer);
        return answer;
    }

    private async Task<FactAnswer> Valid(Fact.EventArrived arrived, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.Commit(arrived, cancellationToken);
        }
        catch (FactRefusedException refused)
        {
            // The parser let through what the database will not take: a person must see it, and the queue must go on.
            var invalid = new HrEventParse.Invalid("not-recordable", $"The event is valid, but could not be recorded: {refused.Message}", arrived.Event.Source, arrived.Event.Id);
            return await writer.Commit(new Fact.InvalidArrived(invalid, arrived.Raw, arrived.ReceivedAt, arrived.Sender), cancellationToken);
        }
    }

    private void Log(HrEventParse parse, FactAnswer answer)
    {
        if (parse is HrEventParse.Valid { Event: var hr })
        {
            log.LogInformation("{Type} of employment {Employment}: {Verdict}. {Reason} Saga {Saga}.", hr.Type, hr.EmploymentId, answer.Verdict, answer.Reason, answer.SagaId);
        }
        else if (parse is HrEventParse.Invalid invalid)
        {
            log.LogWarning("An event was quarantined: {Reason}.", invalid.Reason);
        }
    }
}
