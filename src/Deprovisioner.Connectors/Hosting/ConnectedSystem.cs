using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>One configured system with its connector, which is opened when it is first needed: a missing secret stops one system, not the host.</summary>
internal sealed class ConnectedSystem(SystemSettings settings, IConnectorKind kind, ISecrets secrets, HostTimings timings, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private SharedConnector? current;
    private bool retired;

    public SystemSettings Settings { get; } = settings;

    public ConnectorDescription Description { get; } = kind.Description;

    public SystemPipelines Pipelines { get; } = new(settings.Limits, timings, clock);

    public TimeProvider Clock { get; } = clock;

    /// <summary>What the last call that reached nothing said; told while the circuit is open.</summary>
    public string? LastUnreachable { get; set; }

    /// <summary>The connector, to be given back by disposing of what is returned.</summary>
    /// <exception cref="SecretMissingException">A reference leads nowhere; tried again next time.</exception>
    /// <exception cref="SystemFaultException">A setting cannot be used; tried again next time.</exception>
    public SharedConnector.Use Borrow()
    {
        lock (gate)
        {
            if (!retired)
            {
                current ??= new SharedConnector(Open());
                return current.Borrow();
            }
        }

        // Found before the configuration changed, and used after: for this one step, and closed with it.
        var last = new SharedConnector(Open());
        var use = last.Borrow();
        last.Retire();
        return use;
    }

    /// <summary>Opens anew next time: the credential was refused, and its secret may have been rotated since it was read.</summary>
    public async ValueTask ForgetAsync(IConnector refused)
    {
        SharedConnector? old = null;
        lock (gate)
        {
            if (ReferenceEquals(current?.Connector, refused))
            {
                (old, current) = (current, null);
            }
        }

        if (old is not null)
        {
            await old.RetireAsync();
        }
    }

    private IConnector Open()
    {
        try
        {
            return kind.Open(Settings, secrets, Clock);
        }
        catch (Exception error) when (error is not (SystemFaultException or SecretMissingException))
        {
            // Opening reaches nothing, so only the settings can be at fault. Without its message: it may quote a value, and that may be a secret.
            throw new SystemFaultException(
                new Fault(Outcome.Unauthorized, Fault.Misconfigured, $"{Settings.Name} cannot be used as it is configured: its {Settings.Connector} connector does not open ({error.GetType().Name})."));
        }
    }

    /// <summary>What uses the connector now still ends on it; then it is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        SharedConnector? last;
        lock (gate)
        {
            retired = true;
            (last, current) = (current, null);
        }

        if (last is not null)
        {
            await last.RetireAsync();
        }
    }
}
