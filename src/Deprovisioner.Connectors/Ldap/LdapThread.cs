using System.Collections.Concurrent;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>
/// A thread of its own for the blocking calls of one connection: a server that answers slowly cannot starve the thread pool, on which
/// everything else here runs, the watchdog included.
/// </summary>
internal sealed class LdapThread
{
    private readonly BlockingCollection<Action> jobs = [];

    /// <summary>CompleteAdding still works on the collection when the thread already sees its end: it is not to be disposed of meanwhile.</summary>
    private readonly Lock finishing = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LdapThread() => new Thread(Work) { IsBackground = true, Name = "ldap" }.Start();

    /// <summary>Completes when the thread has done its last job and is gone.</summary>
    public Task Ended => ended.Task;

    public Task<T> Run<T>(Func<T> job)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        jobs.Add(() =>
        {
            try
            {
                done.SetResult(job());
            }
            catch (Exception error)
            {
                // Whatever it is belongs to the caller.
                done.SetException(error);
            }
        });
        return done.Task;
    }

    /// <summary>No more jobs after this last one.</summary>
    public void Finish(Action last)
    {
        lock (finishing)
        {
            jobs.Add(() =>
            {
                try
                {
                    last();
                }
                catch (Exception)
                {
                    // The connection has ended already, and nobody is left to tell; unhandled it would end the process.
                }
            });
            jobs.CompleteAdding();
        }
    }

    private void Work()
    {
        foreach (var job in jobs.GetConsumingEnumerable())
        {
            job();
        }

        lock (finishing)
        {
            jobs.Dispose();
        }

        ended.SetResult();
    }
}
