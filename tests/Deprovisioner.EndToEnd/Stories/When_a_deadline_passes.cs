using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Testing;
using RabbitMQ.Client;

namespace Deprovisioner.EndToEnd;

/// <summary>A system is down for longer than a stage may take: people are told once, and the work goes on.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_deadline_passes(Company company)
{
    [Fact]
    public async Task It_is_told_once_shown_and_completed_late_when_the_system_is_back()
    {
        await using var product = await company.Install(new StoryOptions
        {
            Stages = "              - {name: contain, within: 2s, steps: [{system: \"*\", action: disable-account}]}\n              - {name: revoke, within: 4h, steps: [{system: \"*\", action: remove-entitlements}]}",
        });
        await using var connection = await new ConnectionFactory { Uri = product.Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("deprovisioner.events", ExchangeType.Fanout, durable: true, autoDelete: false);
        await channel.QueueDeclareAsync("listener", durable: false, exclusive: true, autoDelete: true);
        await channel.QueueBindAsync("listener", "deprovisioner.events", "");
        await product.StartWorker();
        await product.StartWorker();
        var leaver = await company.Employ();
        var heard = new List<JsonNode>();
        await company.Directory.Stop();
        try
        {
            await product.Publish(HrEvents.Terminated(leaver));
            await Heard("deprovisioning.deadline-missed.v1");
            var late = (await product.Json("sagas", "list", "--late"))["items"]!.AsArray().Single()!["late"]!.AsArray().Single()!;
            Assert.Equal("contain", late["stage"]!.GetValue<string>());
            var saga = await product.Query<Guid>("select saga_id from sagas");
            Assert.Contains("MISSED, late by", await product.Cli("sagas", "show", saga.ToString()), StringComparison.Ordinal);
        }
        finally
        {
            await company.Directory.StartAgain();
        }

        await product.Completed(1);
        await Heard("deprovisioning.completed.v1");
        var missed = Assert.Single(heard, e => e["type"]!.GetValue<string>() == "deprovisioning.deadline-missed.v1");
        Assert.Equal("contain", missed["data"]!["missedDeadlines"]!.AsArray().Single()!["stage"]!.GetValue<string>());
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.Equal(1L, await product.Query<long>("select count(*) from audit where type = 'stage-completed' and convert_from(payload, 'UTF8') like '%lateBySeconds%'"));
        await product.AuditIsVerified();

        async Task Heard(string type) => await Eventually.True(
            $"to be told of {type}",
            async () =>
            {
                while (await channel.BasicGetAsync("listener", autoAck: true) is { } message)
                {
                    heard.Add(JsonNode.Parse(Encoding.UTF8.GetString(message.Body.Span))!);
                }

                return heard.Exists(e => e["type"]!.GetValue<string>() == type);
            },
            TimeSpan.FromSeconds(60));
    }
}
