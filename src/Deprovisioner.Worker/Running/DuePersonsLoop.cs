using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Running;

/// <summary>Looks again at people for whom only time has passed: an employment begins, a leave ends, what was under way has answered.</summary>
internal sealed class DuePersonsLoop(DuePersons due, FactWriter writer, AheadSignals signals, Readiness readiness, TimeProvider clock, ILogger<DuePersonsLoop> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Sweep.Woken(signals.Of(AheadKind.People), "People who are due", Pass, readiness, clock, log, stoppingToken);

    /// <summary>Side by side, so that the writer commits them together, and one that is refused holds up nobody else.</summary>
    internal async Task Pass(CancellationToken stoppingToken)
    {
        var persons = await due.Due(stoppingToken);
        await Task.WhenAll(persons.Select(async person =>
        {
            using var span = WorkerTelemetry.LookingAt();
            var answer = await writer.Commit(new Fact.PersonDue(person, span?.Id), stoppingToken);
            WorkerTelemetry.Decided(span, answer);
            log.LogInformation("Person {Person} was due: {Verdict}. {Reason}", person, answer.Verdict, answer.Reason);
        }));
    }
}
