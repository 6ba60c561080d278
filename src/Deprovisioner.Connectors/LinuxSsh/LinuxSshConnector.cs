using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.LinuxSsh;

internal sealed class LinuxSshConnector(AccountProgram program, LinuxSshSettings settings) : IConnector
{
    /// <summary>What the program gives at most, so that a page answers in a second or two.</summary>
    private const int PageSize = 100;

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
    {
        if (!ProgramRequest.CanBeAField(matchValue))
        {
            return [];
        }

        var found = await program.AskAsync(new ProgramRequest("find").With(settings.MatchByComment ? "comment" : "name", matchValue), cancellationToken);
        return [.. found.Accounts().Select(LinuxAccounts.Ref)];
    }

    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        if (!LinuxAccounts.IsId(accountId))
        {
            return null;
        }

        var read = await program.AskAsync(new ProgramRequest("read").With("id", accountId), cancellationToken);
        return read.Accounts().SingleOrDefault() is { } account ? LinuxAccounts.State(account) : null;
    }

    public async Task ActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await program.AskAsync(LinuxActions.Asked(request, settings.RemoveHome), cancellationToken);
        }
        catch (SystemFaultException refused) when (refused.Fault.Code == ProgramFaults.Gone)
        {
            // What is gone needs nothing done; reading back tells.
            return;
        }

        foreach (var left in LinuxActions.LeftToDo(request, settings.RemoveHome))
        {
            request.FollowUp(left);
        }
    }

    public async Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        if (cursor is not null && !LinuxAccounts.IsCursor(cursor))
        {
            throw new SystemFaultException(Fault.BadCursor());
        }

        // By uid and then name: both can be given to somebody else between two pages, and then that account is not lost either.
        var listed = await program.AskAsync(new ProgramRequest("list").With("after", cursor ?? "0:"), cancellationToken);
        var accounts = listed.Accounts().Select(told => LinuxAccounts.Listed(told, settings.MatchByComment)).ToList();
        return new AccountPage(accounts, accounts.Count == PageSize ? LinuxAccounts.CursorAfter(accounts[^1].Account) : null);
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => MachineCheck.RunAsync(program, cancellationToken);

    public ValueTask DisposeAsync() => program.DisposeAsync();
}
