using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>
/// One server. Each question is a connection of its own, since one is about one mailbox for good (RFC 5804, section 2.1).
/// <para>
/// A forward is taken away by switching the script off that runs, as a whole: the script stays where it is, and a restore switches it on again. Another text in its place could not be undone without keeping theirs, and might be read otherwise by the server than by us.
/// </para>
/// </summary>
internal sealed class ManageSieveConnector(ManageSieveSettings settings, Mailboxes mailboxes) : IConnector
{
    private const string NoScript = "";

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
    {
        await using var session = await EnterAsync(matchValue, cancellationToken);
        return session is null ? [] : [new AccountRef(matchValue, matchValue)];
    }

    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        await using var session = await EnterAsync(accountId, cancellationToken);
        if (session is null)
        {
            return null;
        }

        var scripts = await session.ListAsync(cancellationToken);
        var forwards = scripts.Active is { } active ? await ForwardsAsync(session, scripts, active, cancellationToken) : null;
        return new AccountState
        {
            Account = new AccountRef(accountId, accountId),
            Enabled = true,
            Critical = accountId.Equals(settings.User, StringComparison.OrdinalIgnoreCase),
            Entitlements = forwards is { Any: true } ? [new Entitlement(scripts.Active!, string.Join(", ", forwards.Destinations))] : [],
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["active-script"] = scripts.Active ?? "none",
                ["the-script-also-does"] = forwards is null ? "" : string.Join(", ", forwards.OtherCommands),
            },
        };
    }

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => request.Action switch
    {
        StepAction.RemoveEntitlements => SwitchOffAsync(request, cancellationToken),
        StepAction.RestoreAccount when request.Snapshot is { } snapshot => SwitchOnAsync(request.Before.Account.Id, snapshot, cancellationToken),
        _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
    };

    /// <summary>ManageSieve has no list of mailboxes.</summary>
    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
        => throw new SystemFaultException(cursor is null ? Fault.NoList() : Fault.BadCursor());

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new ManageSieveCheck(settings, mailboxes).RunAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task<MailForwards> ForwardsAsync(SieveSession session, StoredScripts scripts, string active, CancellationToken cancellationToken)
        => MailForwards.OfAsync(active, scripts.Names, name => session.GetAsync(name, cancellationToken));

    private async Task<SieveSession?> EnterAsync(string mailbox, CancellationToken cancellationToken)
        => MailboxNames.IsPossible(mailbox) ? await mailboxes.EnterAsync(mailbox, cancellationToken) : null;

    /// <summary>Only the script that was read to forward: another one, which runs since, was not looked at.</summary>
    private async Task SwitchOffAsync(ActRequest request, CancellationToken cancellationToken)
    {
        await using var session = await EnterAsync(request.Before.Account.Id, cancellationToken);
        if (session is null || (await session.ListAsync(cancellationToken)).Active is not { } active)
        {
            return;
        }

        if (request.Before.Entitlements.Any(script => script.Id == active) && request.OnlyEntitlements?.Contains(active) is not false)
        {
            await session.ActivateAsync(NoScript, cancellationToken);
        }
    }

    private async Task SwitchOnAsync(string mailbox, AccountSnapshot snapshot, CancellationToken cancellationToken)
    {
        await using var session = await EnterAsync(mailbox, cancellationToken);
        if (session is null || snapshot.Entitlements is not [var script, ..])
        {
            return;
        }

        var scripts = await session.ListAsync(cancellationToken);
        if (scripts.Active is { } other && other != script)
        {
            throw Rejected("other-script", "Another script runs now, and only one can: choose between them by hand.");
        }

        if (!scripts.Names.Contains(script))
        {
            throw Rejected("script-gone", "The script is no longer there: it has to be written anew.");
        }

        if (!(await ForwardsAsync(session, scripts, script, cancellationToken)).Any)
        {
            throw Rejected("script-changed", "The script was changed meanwhile, and forwards nothing any more: switch it on by hand, if it is wanted.");
        }

        await session.ActivateAsync(script, cancellationToken);
    }

    private static SystemFaultException Rejected(string code, string message) => ManageSieveFaults.Fault(Outcome.Rejected, code, message);
}
