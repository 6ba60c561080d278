using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>
/// The controllers of a domain, of which one is asked as long as it can be reached: what was changed on one is not on the others at once, and a read-back from another would say that nothing had happened. After a change of
/// controllers that may be so for a while; the host then asks again.
/// </summary>
internal sealed class DomainControllers(IReadOnlyList<LdapServer> controllers, TimeProvider clock) : IAsyncDisposable
{
    private readonly IReadOnlyList<LdapSessions> sessions = [.. controllers.Select(controller => new LdapSessions(controller, clock))];
    private int current;

    /// <summary>The one that is asked now.</summary>
    public LdapServer Current => controllers[Volatile.Read(ref current)];

    /// <summary>Does something on a connection that nobody else uses meanwhile. A controller that cannot be reached is left for the next one, which the next call asks.</summary>
    public async Task<T> UseAsync<T>(Func<LdapSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var asked = Volatile.Read(ref current);
        try
        {
            return await sessions[asked].UseAsync(work, cancellationToken);
        }
        catch (SystemFaultException failed) when (failed.Fault.Code is Fault.Unreachable or Fault.TimedOut or Fault.NoAnswer)
        {
            // Whoever notices first moves on; the others that were under way noticed the same one.
            Interlocked.CompareExchange(ref current, (asked + 1) % sessions.Count, asked);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in sessions)
        {
            await pool.DisposeAsync();
        }
    }
}
