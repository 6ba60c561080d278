using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>One receiver.</summary>
internal sealed class SharedSignalsConnector(SharedSignalsSettings settings, ISecrets secrets, TimeProvider clock) : AccountlessConnector, ISignalConnector
{
    private readonly SignalReceiver receiver = new(settings, secrets, clock);

    public string Subject => settings.Subject;

    public async Task<string> TellAsync(Signal signal, CancellationToken cancellationToken)
    {
        var name = EventTypes.NameOf(EventTypes.Of[signal.Action]);
        if (settings.Delivery is Delivery.Push)
        {
            await PushAsync(signal, cancellationToken);
            return $"{name} {signal.Id}: the receiver answered that it has it. What it does about it, it does not show.";
        }

        // Brought again, one that the receiver refused would wait once more, and nobody would learn of the refusal.
        if (!signal.Waits || !await receiver.IsKeptAsync(signal.Id, cancellationToken))
        {
            await PushAsync(signal, cancellationToken);
        }

        await receiver.FetchedAsync(signal.Id, cancellationToken);
        return $"{name} {signal.Id}: the receiver fetched it and acknowledged it. What it does about it, it does not show.";
    }

    public override Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new SignalCheck(receiver, settings).RunAsync(cancellationToken);

    private Task PushAsync(Signal signal, CancellationToken cancellationToken)
        => receiver.PushAsync(settings.Signer.Sign(SecurityEvent.Claims(signal, settings, clock.GetUtcNow())), cancellationToken);

    public override ValueTask DisposeAsync()
    {
        receiver.Dispose();
        return base.DisposeAsync();
    }
}
