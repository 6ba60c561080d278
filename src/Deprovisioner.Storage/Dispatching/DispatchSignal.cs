namespace Deprovisioner.Storage.Dispatching;

/// <summary>Wakes the dispatcher: something committed that may have made steps due. Many signals while it works are one.</summary>
public sealed class DispatchSignal : IDisposable
{
    private readonly SemaphoreSlim signal = new(0);
    private int isSet;
    private volatile bool awaitsRoom = true;

    /// <summary>
    /// Whether reports after which nothing is due wake the dispatcher too, since they make room on a system. Set before a pass and reset after one that was not held up, so that what is reported during the pass counts.
    /// </summary>
    public bool AwaitsRoom
    {
        get => awaitsRoom;
        set => awaitsRoom = value;
    }

    public void Set()
    {
        if (Interlocked.Exchange(ref isSet, 1) == 0)
        {
            signal.Release();
        }
    }

    /// <summary>Waits for a signal, but not longer than the limit.</summary>
    public async Task Wait(TimeSpan most, CancellationToken cancellationToken)
    {
        if (await signal.WaitAsync(most, cancellationToken))
        {
            Interlocked.Exchange(ref isSet, 0);
        }
    }

    public void Dispose() => signal.Dispose();
}
