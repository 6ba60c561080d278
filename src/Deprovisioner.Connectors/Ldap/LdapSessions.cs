using System.Collections.Concurrent;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>The few bound connections of one system, opened when needed and used again.</summary>
internal sealed class LdapSessions(LdapServer server, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Firewalls forget idle connections after some minutes; and a credential that was withdrawn does not stay in use.</summary>
    private static readonly TimeSpan MostIdle = TimeSpan.FromMinutes(1);

#pragma warning disable CA2213 // A connection's thread may end after this pool does, and gives its slot back then; without its wait handle a SemaphoreSlim holds nothing to dispose.
    private readonly SemaphoreSlim slots = new(server.Concurrency);
#pragma warning restore CA2213
    private readonly ConcurrentStack<LdapSession> idle = new();
    private volatile bool disposed;

    /// <summary>Does something on a connection that nobody else uses meanwhile.</summary>
    public async Task<T> UseAsync<T>(Func<LdapSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await slots.WaitAsync(cancellationToken);
        LdapSession? session = null;
        try
        {
            session = Rested() ?? await LdapSession.OpenAsync(server, clock, cancellationToken);
            return await work(session);
        }
        finally
        {
            GiveBack(session);
        }
    }

    public ValueTask DisposeAsync()
    {
        disposed = true;
        while (idle.TryPop(out var session))
        {
            session.Close();
        }

        return ValueTask.CompletedTask;
    }

    private LdapSession? Rested()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        while (idle.TryPop(out var session))
        {
            if (session.Alive && clock.GetElapsedTime(session.IdleSince) < MostIdle)
            {
                return session;
            }

            session.Close();
        }

        return null;
    }

    private void GiveBack(LdapSession? session)
    {
        if (session is null)
        {
            slots.Release();
        }
        else if (session.Alive && !disposed)
        {
            session.IdleSince = clock.GetTimestamp();
            idle.Push(session);
            slots.Release();
        }
        else
        {
            // The slot is free when the thread is: however a call ends, there are never more threads than slots.
            session.Close();
            _ = session.Ended.ContinueWith(_ => slots.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
