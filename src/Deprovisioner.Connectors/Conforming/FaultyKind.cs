using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Conforming;

/// <summary>A connector kind with faults in front of it; the work is the real connector's.</summary>
internal sealed class FaultyKind(IConnectorKind kind, Faults faults) : IConnectorKind
{
    public ConnectorDescription Description => kind.Description;

    public bool KnowsOnlyHolders => kind.KnowsOnlyHolders;

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock) => new FaultyConnector(kind.Open(settings, secrets, clock), faults);

    private sealed class FaultyConnector(IConnector connector, Faults faults) : IConnector
    {
        private AccountState? before;

        public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        {
            var found = await connector.FindAsync(matchValue, cancellationToken);
            return faults.AlsoFinds is { } other ? [.. found, .. await connector.FindAsync(other, cancellationToken)] : found;
        }

        public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        {
            if (before is not null && faults.UnreadableAfterActing)
            {
                throw new SystemFaultException(new Fault(Outcome.Transient, "http-503", "Not now."));
            }

            return before is not null && faults.StaleReads-- > 0
                ? Task.FromResult<AccountState?>(before)
                : connector.ReadAsync(accountId, cancellationToken);
        }

        public async Task ActAsync(ActRequest request, CancellationToken cancellationToken)
        {
            if (faults.Acted() <= faults.FaultyActs && faults.ActFault is { } fault)
            {
                throw new SystemFaultException(fault);
            }

            await connector.ActAsync(request, cancellationToken);
            before = request.Before;
            if (faults.AnswerIsLost)
            {
                throw new SystemFaultException(new Fault(Outcome.Indeterminate, Fault.NoAnswer, "The answer was lost."));
            }
        }

        public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => connector.ListAsync(cursor, cancellationToken);

        public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => connector.CheckAsync(cancellationToken);

        public ValueTask DisposeAsync() => connector.DisposeAsync();
    }
}
