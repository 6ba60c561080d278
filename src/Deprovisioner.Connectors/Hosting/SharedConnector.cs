using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>A connector that several steps use at once, disposed of when it is retired and the last of them is done with it.</summary>
internal sealed class SharedConnector(IConnector connector)
{
    private readonly Lock gate = new();
    private int uses;
    private bool retired;

    public IConnector Connector => connector;

    public Use Borrow()
    {
        lock (gate)
        {
            uses++;
        }

        return new Use(this);
    }

    /// <summary>Of one that is lent to somebody: who gives it back last closes it.</summary>
    public void Retire()
    {
        lock (gate)
        {
            retired = true;
        }
    }

    public async ValueTask RetireAsync()
    {
        bool last;
        lock (gate)
        {
            retired = true;
            last = uses == 0;
        }

        if (last)
        {
            await connector.DisposeAsync();
        }
    }

    private async ValueTask GiveBackAsync()
    {
        bool last;
        lock (gate)
        {
            last = --uses == 0 && retired;
        }

        if (last)
        {
            await connector.DisposeAsync();
        }
    }

    internal sealed class Use(SharedConnector shared) : IAsyncDisposable
    {
        public IConnector Connector => shared.Connector;

        public ValueTask DisposeAsync() => shared.GiveBackAsync();
    }
}
