using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// Executes one step on one system and always has a report, whatever the system does. Only the end of the host gives none:
/// then the command goes back to the broker.
/// </summary>
internal sealed class StepExecutor(ConnectedSystems systems, Func<ProtectedEntries> protectedNow, ISecrets secrets, TimeProvider clock, ILogger<StepExecutor> log)
{
    private readonly KeyedLock<(SystemName System, PersonId Person)> onePerPerson = new();
    private readonly Fences fences = new();

    /// <param name="name">The system.</param>
    /// <param name="command">The step.</param>
    /// <param name="redelivered">Whether the broker gave the command before, so that an earlier attempt may have got anywhere.</param>
    /// <param name="shutdown">The host's end.</param>
    /// <exception cref="OperationCanceledException">The host ends.</exception>
    public async Task<StepReport> ExecuteAsync(SystemName name, StepCommand command, bool redelivered, CancellationToken shutdown)
    {
        var startedAt = clock.GetUtcNow();
        using var trace = ConnectorTelemetry.Start(name, command);
        using var scope = log.BeginScope("saga {SagaId} step {StepId} attempt {Attempt}", command.SagaId, command.StepId, command.Attempt);
        var result = systems.Find(name) is { } system
            ? await ExecuteAsync(system, command, !command.Probe && (redelivered || command.Attempt > 1), shutdown)

            // It left this host's configuration a moment ago, or has yet to come; another host may have it. So it is tried again, until the policy's patience ends.
            : StepResult.Of(Outcome.Transient, "unknown-system", $"This host has no system {name}.");
        var report = Report(command, result, startedAt);
        trace.Ended(report);

        // What went as it should is in the audit; here it is told only to who asks for it.
        log.Log(
            report.Outcome is Outcome.Changed or Outcome.Already or Outcome.Absent ? LogLevel.Debug : LogLevel.Information,
            "Step {StepId} of saga {SagaId}: {Action} on {System}, attempt {Attempt}: {Outcome} {Code}",
            command.StepId, command.SagaId, EnumText.Of(command.Action), name, command.Attempt, EnumText.Of(report.Outcome), report.Code);
        return report;
    }

    private async Task<StepResult> ExecuteAsync(ConnectedSystem system, StepCommand command, bool retried, CancellationToken shutdown)
    {
        if (!system.Description.Actions.Contains(command.Action))
        {
            return StepResult.Of(Outcome.Rejected, "unsupported", $"The {system.Settings.Connector} connector of {system.Settings.Name} has no {EnumText.Of(command.Action)}.");
        }

        // Giving access back is what protection is for.
        if (!command.ProtectionReleased && command.Action is not StepAction.RestoreAccount && protectedNow().Covers(command.PersonId))
        {
            return StepResult.Of(Outcome.Rejected, ProtectedEntries.PersonCode, "The person is protected, and the saga was not released.");
        }

        // Two steps of one person on one system would each take the other's half-done work for the state before.
        using var turn = await onePerPerson.EnterAsync((system.Settings.Name, command.PersonId), shutdown);

        // Looked at once it is our turn: a newer command may have passed while this one waited.
        if (!fences.Pass(command.PersonId, command.EmploymentId, command.Fence))
        {
            return StepResult.Of(Outcome.Rejected, "fenced", "A command of a newer version of the employment was already seen: this one is out of date.");
        }

        return await system.Pipelines.Step.ExecuteAsync(async step => await ConnectAndRunAsync(system, command, retried, step, shutdown), shutdown);
    }

    private async Task<StepResult> ConnectAndRunAsync(ConnectedSystem system, StepCommand command, bool retried, CancellationToken step, CancellationToken shutdown)
    {
        try
        {
            return await BorrowAndRunAsync(system, command, retried, step, shutdown);
        }
        catch (Exception error) when (!shutdown.IsCancellationRequested)
        {
            // A secret or a setting that cannot be used, or something that nobody foresaw. It has to be reported too: a command that is handed
            // back comes again at once, and would do so for ever.
            return StepResult.Of(StepGrade.Of(FaultGrading.Of(error, acting: true, system.Settings.Name, lastUnreachable: null)));
        }
    }

    private async Task<StepResult> BorrowAndRunAsync(ConnectedSystem system, StepCommand command, bool retried, CancellationToken step, CancellationToken shutdown)
    {
        await using var use = system.Borrow();
        if (use.Connector is ITaskConnector tasks)
        {
            return system.Settings.Observe || command.Probe
                ? StepResult.Of(Outcome.Observed, "observe", $"A task would be given to a person{(command.Probe ? "." : $"; {system.Settings.Name} is only observed.")}")
                : StepResult.Of(tasks.Assign(command, clock.GetUtcNow()));
        }

        var calls = new SystemCalls(system, use.Connector, step, shutdown);
        var result = use.Connector is ISignalConnector signals
            ? await new SignalRun(system.Settings, protectedNow(), calls, signals, secrets, command).RunAsync()
            : await new StepRun(system.Settings, protectedNow(), calls, secrets, command, retried).RunAsync();
        if (result.Grade.Outcome == Outcome.Unauthorized)
        {
            await system.ForgetAsync(use.Connector);
        }

        return result;
    }

    private StepReport Report(StepCommand command, StepResult result, DateTimeOffset startedAt) => new()
    {
        SagaId = command.SagaId,
        StepId = command.StepId,
        Attempt = command.Attempt,
        Probe = command.Probe,
        Outcome = result.Grade.Outcome,
        Code = result.Grade.Code,
        Message = result.Grade.Message is null ? null : Facets.Text(result.Grade.Message, secrets),
        RetryAt = result.Grade.RetryAt,
        ResidualUntil = result.Accounts.Max(a => a.ResidualUntil),
        Task = result.Task,
        Evidence = [.. result.Accounts.Select(a => a.Evidence).OfType<AccountEvidence>()],
        Snapshots = [.. result.Accounts.Select(a => a.Snapshot).OfType<AccountSnapshot>()],
        StartedAt = startedAt,
        FinishedAt = clock.GetUtcNow(),
    };
}
