using System.Collections.Concurrent;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>
/// Lists under way. A page's cookie is bound to the connection that gave it (RFC 2696, section 3), so each list keeps one of its own,
/// beside those for everything else: a list that is read slowly takes no slot from a leaver. A cursor names such a list
/// and is good for one page. A list that is not read on, or whose connection ended, is gone: one begins again with the first page.
/// </summary>
/// <param name="server">The one on which a list begins.</param>
/// <param name="read">Reads the page behind a cookie; empty: the first, and after the last.</param>
internal sealed class LdapListings(
    Func<LdapServer> server, TimeProvider clock, Func<LdapSession, byte[], CancellationToken, Task<(IReadOnlyList<ListedAccount> Accounts, byte[] Cookie)>> read) : IAsyncDisposable
{
    /// <summary>Reading a page's accounts one by one takes a while.</summary>
    private static readonly TimeSpan MostIdle = TimeSpan.FromMinutes(10);

    /// <summary>Each holds a connection and a thread; more than this many at a time is a caller that forgets them.</summary>
    private const int Most = 4;

    private readonly ConcurrentDictionary<string, Listing> underWay = new();

    public async Task<AccountPage> PageAsync(string? cursor, CancellationToken cancellationToken)
    {
        Forget();
        var listing = cursor is null
            ? await BeginAsync(cancellationToken)
            : underWay.TryRemove(cursor, out var known) && known.Session.Alive
                ? known
                : throw new SystemFaultException(Fault.BadCursor());
        var keep = false;
        try
        {
            var page = await ReadAsync(listing, cancellationToken);
            keep = page.NextCursor is not null;
            return page;
        }
        finally
        {
            if (!keep)
            {
                listing.Session.Close();
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var cursor in underWay.Keys)
        {
            End(cursor);
        }

        return ValueTask.CompletedTask;
    }

    private async Task<Listing> BeginAsync(CancellationToken cancellationToken) => new(await LdapSession.OpenAsync(server(), clock, cancellationToken), [], clock.GetTimestamp());

    private async Task<AccountPage> ReadAsync(Listing listing, CancellationToken cancellationToken)
    {
        var (page, cookie) = await read(listing.Session, listing.Cookie, cancellationToken);
        if (cookie.Length == 0)
        {
            return new AccountPage(page, null);
        }

        var next = Guid.NewGuid().ToString("N");
        underWay[next] = listing with { Cookie = cookie, Since = clock.GetTimestamp() };
        return new AccountPage(page, next);
    }

    private void Forget()
    {
        var byAge = underWay.OrderByDescending(pair => pair.Value.Since).ToList();
        foreach (var (cursor, listing) in byAge.Where((pair, at) => at >= Most || clock.GetElapsedTime(pair.Value.Since) > MostIdle))
        {
            End(cursor);
        }
    }

    private void End(string cursor)
    {
        if (underWay.TryRemove(cursor, out var listing))
        {
            listing.Session.Close();
        }
    }

    private sealed record Listing(LdapSession Session, byte[] Cookie, long Since);
}
