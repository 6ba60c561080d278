namespace Deprovisioner.Storage.Dispatching;

/// <summary>Something committed in this process: steps may be due now, and whatever else follows may have its time now or soon.</summary>
public sealed class DispatchSignal : IDisposable
{
    private readonly Signal dispatcher = new();

    /// <summary>For whoever looks at what is due beside steps (<see cref="WorkAhead"/>).</summary>
    public Signal Ahead { get; } = new();

    public void Set()
    {
        dispatcher.Set();
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
