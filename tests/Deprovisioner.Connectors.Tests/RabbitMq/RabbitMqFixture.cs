using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>One broker for all RabbitMQ tests but those of other protocols; users and virtual hosts have names of their own.</summary>
public sealed class RabbitMqFixture : IAsyncLifetime
{
    private int last;

    public RabbitMqBroker Broker { get; private set; } = null!;

    internal BrokerAdministrator Administrator { get; private set; } = null!;

    public string NewName(string purpose) => $"{purpose}-{Interlocked.Increment(ref last)}";

    public async Task InitializeAsync()
    {
        Broker = await RabbitMqBroker.StartNew("rabbitmq_management");
        Administrator = new BrokerAdministrator(Broker);
        await Administrator.PrepareAsync();
        await Administrator.AddHostAsync(RabbitMqTarget.SecondHost);
    }

    public async Task DisposeAsync()
    {
        Administrator.Dispose();
        await Broker.DisposeAsync();
    }
}

[CollectionDefinition(nameof(RabbitMqFixture))]
public sealed class RabbitMqGroup : ICollectionFixture<RabbitMqFixture>;
