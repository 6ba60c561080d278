using Deprovisioner.Benchmarks.Simulated;
using Deprovisioner.Contracts;
using MassTransit;

namespace Deprovisioner.Benchmarks.Conventional;

/// <summary>One system's connector: finds the account, reads it, acts, reads it back, reports.</summary>
internal sealed class RevokeAccessConsumer(SimulatedAccounts accounts, TimeProvider clock) : IConsumer<RevokeAccess>
{
    public async Task Consume(ConsumeContext<RevokeAccess> context)
    {
        var command = context.Message;
        var startedAt = clock.GetUtcNow();
        var id = SimulatedAccounts.IdOf(command.Email);
        var before = accounts.Read(id);
        if (before is { Enabled: true })
        {
            accounts.Act(id, StepAction.DisableAccount);
        }

        var after = accounts.Read(id);
        var outcome = before is null ? "absent" : !before.Enabled ? "already" : after is { Enabled: false } ? "changed" : "rejected";
        // By the exchange, so that the sender need not know the queue's arguments.
        var endpoint = await context.GetSendEndpoint(new Uri($"exchange:{ConventionalProcess.SagaQueue}"));
        await endpoint.Send(new AccessRevoked(command.SagaId, command.Step, outcome, before?.Enabled ?? false, after?.Enabled ?? false, startedAt, clock.GetUtcNow()));
    }
}
