namespace Deprovisioner.Storage.Dispatching;

/// <summary>Wakes one loop. Many signals while it works are one.</summary>
public sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim signal = new(0);
    private int isSet;

    public void Set()
    {
        if (Interlocked.Exchange(ref isSet, 1) == 0)
        {
            signal.Release();
        }
    }

    /// <summary>Waits for a signal, but not longer than the limit. True: there was one.</summary>
    public async Task<bool> Wait(TimeSpan most, CancellationToken cancellationToken)
    {
        if (!await signal.WaitAsync(most, cancellationToken))
        {
            return false;
        }

        Interlocked.Exchange(ref isSet, 0);
        return true;
    }

    public void Dispose() => signal.Dispose();
}
