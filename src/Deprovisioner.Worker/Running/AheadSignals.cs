using Deprovisioner.Storage;
using Deprovisioner.Storage.Dispatching;

namespace Deprovisioner.Worker.Running;

/// <summary>Wakes the loop that is due.</summary>
internal sealed class AheadSignals(DispatchSignal dispatch) : IDisposable
{
    private readonly Dictionary<AheadKind, Signal> signals = Enum.GetValues<AheadKind>().Where(kind => kind != AheadKind.Steps).ToDictionary(kind => kind, _ => new Signal());

    /// <summary>Set where something committed in this process.</summary>
    public Signal Committed => dispatch.Ahead;

    /// <summary>Another process wrote something.</summary>
    public void SetAll()
    {
        Set(AheadKind.Requests);
        Set(AheadKind.Ingress);
        dispatch.Set();
    }

    public Signal Of(AheadKind kind) => signals[kind];

    public void Set(AheadKind kind)
    {
        if (kind == AheadKind.Steps)
        {
            dispatch.SetDispatcher();
        }
        else
        {
            signals[kind].Set();
        }
    }

    public void Dispose()
    {
        foreach (var signal in signals.Values)
        {
            signal.Dispose();
        }
    }
}
