using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Dispatching;
using Deprovisioner.Worker.Tests.CrashSweep;
using MassTransit;
using RabbitMQ.Client;

namespace Deprovisioner.Worker.Tests.Dispatching;

/// <summary>How many commands are on their way to the broker at a time.</summary>
public sealed class CommandSenderTests
{
    [Fact]
    public async Task No_more_are_unconfirmed_than_the_client_sends_without_making_them_wait_and_each_confirm_lets_one_go()
    {
        var confirms = new List<TaskCompletionSource>();
        using var sender = new CommandSender(BusOfOne.Sending((_, _) =>
        {
            var confirm = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (confirms)
            {
                confirms.Add(confirm);
            }

            return confirm.Task;
        }));
        var sending = Enumerable.Range(0, 100).Select(_ => sender.Send(new ExecuteSteps(new SystemName("crm"), []), TimeSpan.FromMinutes(2), CancellationToken.None)).ToList();

        // 64 is where the client's own limiter begins to hold each further one up for half a second or longer.
        Assert.InRange(confirms.Count, 1, 63);
        var most = confirms.Count;
        confirms[0].SetResult();
        await Eventually.True("one more to be sent", () => Task.FromResult(Sent() == most + 1));
        for (var i = 1; i < 100; i++)
        {
            await Eventually.True("the next to be sent", () => Task.FromResult(Sent() > i));
            confirms[i].SetResult();
        }

        await Task.WhenAll(sending);
        int Sent()
        {
            lock (confirms)
            {
                return confirms.Count;
            }
        }
    }

    [Fact]
    public async Task A_command_that_nobody_took_within_its_lease_is_gone()
    {
        await using var broker = await RabbitMqBroker.StartNew();
        await using var connection = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queue = Transport.CommandQueue(new SystemName("crm"));
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, autoDelete: false);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await channel.QueueBindAsync(queue, queue, "");
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(broker.Uri));
        await bus.StartAsync();
        try
        {
            using var sender = new CommandSender(bus);
            await sender.Send(new ExecuteSteps(new SystemName("crm"), []), TimeSpan.FromMilliseconds(200), CancellationToken.None);
            await sender.Send(new ExecuteSteps(new SystemName("crm"), []), TimeSpan.FromMinutes(10), CancellationToken.None);

            await Eventually.True("the first to be dropped", async () => await broker.Messages(queue) == 1);
            Assert.Equal("600000", (await channel.BasicGetAsync(queue, autoAck: true))?.BasicProperties.Expiration);
        }
        finally
        {
            await bus.StopAsync();
        }
    }
}
