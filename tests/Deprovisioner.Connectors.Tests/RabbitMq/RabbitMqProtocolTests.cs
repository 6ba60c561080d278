using Deprovisioner.Connectors.RabbitMq;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>A broker that speaks more than AMQP.</summary>
public sealed class RabbitMqProtocolTests : IAsyncLifetime
{
    private const string Password = BrokerAdministrator.Password;

    private RabbitMqBroker broker = null!;
    private BrokerAdministrator administrator = null!;

    public async Task InitializeAsync()
    {
        broker = await RabbitMqBroker.StartNew("rabbitmq_management", "rabbitmq_mqtt", "rabbitmq_stream");
        administrator = new BrokerAdministrator(broker);
        await administrator.PrepareAsync();
    }

    public async Task DisposeAsync()
    {
        administrator.Dispose();
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task Every_protocol_is_cut_also_the_one_that_heeds_no_limit_and_its_connections_end()
    {
        await administrator.AddUserAsync("leaver", []);
        await administrator.PermitAsync("/", "leaver", read: "^orders");
        using var stream = await OtherProtocols.OpenStreamAsync(broker.StreamPort, "leaver", Password);
        using var mqtt = await OtherProtocols.OpenMqttAsync(broker.MqttPort, "leaver", Password);
        await administrator.LimitAsync("leaver", 0);
        using (var despiteLimit = await OtherProtocols.OpenStreamAsync(broker.StreamPort, "leaver", Password))
        {
            Assert.NotNull(despiteLimit);
        }

        Assert.Null(await OtherProtocols.OpenMqttAsync(broker.MqttPort, "leaver", Password));
        Assert.True(await ListedAsEnabledAsync());
        var disabled = await RunAsync(StepAction.DisableAccount);

        Assert.Equal((Outcome.Changed, null), (disabled.Outcome, disabled.Code));
        Assert.False(await ListedAsEnabledAsync());
        Assert.Null(await OtherProtocols.OpenStreamAsync(broker.StreamPort, "leaver", Password));
        Assert.Null(await OtherProtocols.OpenMqttAsync(broker.MqttPort, "leaver", Password));
        Assert.False(await administrator.ConnectsAsync("leaver"));

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.RevokeSessions)).Outcome);
        await Eventually.True("both connections to end", async () => await OtherProtocols.HasEndedAsync(stream!) && await OtherProtocols.HasEndedAsync(mqtt!));

        var restored = await RunAsync(StepAction.RestoreAccount, disabled.Snapshots);
        Assert.Equal(Outcome.Changed, restored.Outcome);
        Assert.Equal("^orders", (await administrator.GetAsync("permissions/%2F/leaver"))!["read"]!.GetValue<string>());
        using var again = await OtherProtocols.OpenStreamAsync(broker.StreamPort, "leaver", Password);
        Assert.NotNull(again);
        Assert.Null(await OtherProtocols.OpenMqttAsync(broker.MqttPort, "leaver", Password));
    }

    private SystemSettings Settings => RabbitMqTarget.With(administrator.Url);

    private async Task<bool> ListedAsEnabledAsync()
    {
        await using var connector = new RabbitMqKind().Open(Settings, new PlainSecrets(), TimeProvider.System);
        return (await connector.ListAsync(null, default)).Accounts.Single(a => a.Account.Name == "leaver").Enabled;
    }

    private async Task<StepReport> RunAsync(StepAction action, IReadOnlyList<AccountSnapshot>? snapshots = null)
    {
        await using var host = new ConformanceHost(new RabbitMqKind(), Settings, ConformanceHost.Patient);
        return await host.Run(ConformanceHost.Command(Settings, action, "leaver") with { Snapshots = snapshots ?? [] });
    }
}
