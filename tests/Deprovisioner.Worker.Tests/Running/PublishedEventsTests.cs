using System.Globalization;
using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Running;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Deprovisioner.Worker.Tests.Running;

/// <summary>Bare events on a real broker.</summary>
public sealed class PublishedEventsTests : IAsyncLifetime
{
    private RabbitMqBroker broker = null!;

    public async Task InitializeAsync() => broker = await RabbitMqBroker.StartNew();

    public async Task DisposeAsync() => await broker.DisposeAsync();

    [Fact]
    public async Task Events_that_are_begun_one_after_the_other_arrive_in_that_order()
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await using var exchange = CloudEventExchange.EventsOut(broker.Uri);
        await exchange.Publish("first"u8.ToArray(), CancellationToken.None);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, Transport.EventsExchange, "");

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => exchange.Publish(Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)), CancellationToken.None)));

        var arrived = new List<string>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
        {
            arrived.Add(Encoding.ASCII.GetString(message.Body.Span));
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => i.ToString(CultureInfo.InvariantCulture)), arrived);
    }

    [Fact]
    public async Task After_the_broker_was_restarted_events_are_taken_again()
    {
        await using var exchange = CloudEventExchange.EventsOut(broker.Uri);
        await exchange.Publish("before"u8.ToArray(), CancellationToken.None);
        await broker.Restart(crash: true);

        await Eventually.True("an event to be taken again", async () =>
        {
            await exchange.Publish("after"u8.ToArray(), CancellationToken.None);
            return true;
        });
    }

    [Fact]
    public async Task What_the_backlog_cannot_take_is_not_said_to_be_there()
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(Transport.HrEventsBacklogQueue, ExchangeType.Fanout, durable: true, autoDelete: false);
        await using var backlog = CloudEventExchange.Backlog(broker.Uri);

        var error = await Assert.ThrowsAnyAsync<PublishException>(() => backlog.Publish("event"u8.ToArray(), CancellationToken.None));

        Assert.True(error.IsReturn);
    }
}
