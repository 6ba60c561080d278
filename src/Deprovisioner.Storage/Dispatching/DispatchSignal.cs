namespace Deprovisioner.Storage.Dispatching;

/// <summary>Something committed in this process: steps may be due now, and whatever else follows may have its time now or soon.</summary>
public sealed class DispatchSignal : IDisposable
{
    private readonly Signal dispatcher = new();
    private volatile bool awaitsRoom = true;

    /// <summary>For whoever looks at what is due beside steps (<see cref="WorkAhead"/>).</summary>
    public Signal Ahead { get; } = new();

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
        dispatcher.Set();
        Ahead.Set();
    }

    /// <summary>Facts were committed.</summary>
    /// <param name="onlyMadeRoom">No step became due by them; some are not under way any more.</param>
    public void Committed(bool onlyMadeRoom)
    {
        if (!onlyMadeRoom || awaitsRoom)
        {
            dispatcher.Set();
        }

        Ahead.Set();
    }

    /// <summary>Wakes the dispatcher alone: it was found that steps are due.</summary>
    public void SetDispatcher() => dispatcher.Set();

    /// <summary>The dispatcher's wait for a signal, but not longer than the limit.</summary>
    public Task<bool> Wait(TimeSpan most, CancellationToken cancellationToken) => dispatcher.Wait(most, cancellationToken);

    public void Dispose()
    {
        dispatcher.Dispose();
        Ahead.Dispose();
    }
}
