using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>One system that a file declares.</summary>
internal sealed class RestConnector : IRecordingConnector
{
    private readonly Declaration declaration;
    private readonly RestSettings settings;
    private readonly ISecrets secrets;
    private readonly TimeProvider clock;
    private readonly RestClient client;
    private readonly RestAccounts accounts;
    private readonly RestActions actions;

    /// <exception cref="SystemFaultException">A setting cannot be used.</exception>
    public RestConnector(Declaration declaration, RestSettings settings, ISecrets secrets, TimeProvider clock)
    {
        (this.declaration, this.settings, this.secrets, this.clock) = (declaration, settings, secrets, clock);
        client = Open(record: null);
        var pages = new RestPages(client);
        accounts = new RestAccounts(declaration, client, pages, settings, clock);
        actions = new RestActions(declaration, accounts, pages, new RestSteps(client, settings, clock), settings);
    }

    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken) => accounts.FindAsync(matchValue, cancellationToken);

    public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken) => accounts.ReadAsync(accountId, cancellationToken);

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => actions.ActAsync(request, cancellationToken);

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => accounts.ListAsync(PageCursor.Read(cursor), cancellationToken);

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => CheckAsync(canary: null, record: null, cancellationToken);

    public async Task<SystemCheck> CheckAsync(string? canary, Action<string>? record, CancellationToken cancellationToken)
    {
        // Of its own, since what steps under way say at the same time is nobody's to see.
        using var recorded = Open(record is null ? null : new ExchangeRecord(record));
        var pages = new RestPages(recorded);
        return await new RestCheck(declaration, settings, pages, new RestAccounts(declaration, recorded, pages, settings, clock)).RunAsync(canary, cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private RestClient Open(ExchangeRecord? record)
    {
        try
        {
            return new RestClient(declaration.Server, settings, secrets, clock, record);
        }
        catch (SystemFaultException refused) when (refused.Fault.Outcome == Outcome.Rejected)
        {
            throw new SystemFaultException(refused.Fault with { Outcome = Outcome.Unauthorized, Code = Fault.Misconfigured, Message = $"A setting cannot be sent: {refused.Fault.Message}" });
        }
    }
}
