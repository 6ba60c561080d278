using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Testing;
using RabbitMQ.Client;

namespace Deprovisioner.EndToEnd;

/// <summary>Events out: bare CloudEvents on <c>deprovisioner.events</c>, for any AMQP client.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_others_wait_for_the_end(Company company)
{
    [Fact]
    public async Task They_are_told_once_of_each_thing_that_was_decided()
    {
        await using var product = await company.Install();
        await using var connection = await new ConnectionFactory { Uri = product.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("deprovisioner.events", ExchangeType.Fanout, durable: true, autoDelete: false);
        await channel.QueueDeclareAsync("listener", durable: false, exclusive: true, autoDelete: true);
        await channel.QueueBindAsync("listener", "deprovisioner.events", "");
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));

        var heard = new List<JsonNode>();
        await Eventually.True("to be told of the end", async () =>
        {
            while (await channel.BasicGetAsync("listener", autoAck: true) is { } message)
            {
                heard.Add(JsonNode.Parse(Encoding.UTF8.GetString(message.Body.Span))!);
            }

            return heard.Exists(e => e["type"]!.GetValue<string>() == "deprovisioning.completed.v1");
        });

        Assert.Equal(
            ["deprovisioning.started.v1", "deprovisioning.stage-completed.v1", "deprovisioning.stage-completed.v1", "deprovisioning.completed.v1"],
            heard.Select(e => e["type"]!.GetValue<string>()));
        Assert.All(heard, e => Assert.Equal("1.0", e["specversion"]!.GetValue<string>()));
        Assert.All(heard, e => Assert.Equal(leaver.PersonId, e["data"]!["personId"]!.GetValue<string>()));
        Assert.DoesNotContain(leaver.Mail, string.Concat(heard.Select(e => e.ToJsonString())), StringComparison.Ordinal);
    }
}
