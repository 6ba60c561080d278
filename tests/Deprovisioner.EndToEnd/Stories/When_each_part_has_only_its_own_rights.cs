using System.Text;
using Deprovisioner.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Deprovisioner.EndToEnd;

/// <summary>Database roles and broker users as <c>deploy/</c> ships them: the job is done under them, and what is somebody else's is refused.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_each_part_has_only_its_own_rights(Company company)
{
    private const string Orchestrator = "deprovisioner-orchestrator";
    private const string Connectors = "deprovisioner-connectors";
    private const string Publisher = "deprovisioner-publisher";
    private const string Autoscaler = "deprovisioner-autoscaler";

    /// <summary>A host in another zone, which serves one system: its user is made after the pattern of the shipped one.</summary>
    private const string Zone = "deprovisioner-connectors-crm";

    private const string ZoneOwn = @"deprovisioner\.(step-reports|system\.crm(\.lists)?(_error|_skipped)?)|MassTransit:.*";

    [Fact]
    public async Task The_job_is_done_and_everything_else_is_refused()
    {
        await using var product = await company.Install();
        await company.Broker.NewInstallation(product.Name);
        var before = company.Broker.Output.Length;
        await product.StartWorker(With(product, Orchestrator, "orchestrator"));
        var connectors = With(product, Connectors, "connectors");
        connectors["ConnectionStrings__Deprovisioner"] = null;
        await product.StartWorker(connectors);
        var leaver = await company.Employ();

        Assert.Contains("published", await product.CliWith(With(product, Publisher, null), "publish", await product.Event(HrEvents.Terminated(leaver))), StringComparison.Ordinal);
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        await product.AuditIsVerified();

        // A worker that may not declare something would try it again for ever, and nobody would notice.
        Assert.DoesNotContain("access_refused", company.Broker.Output[before..], StringComparison.Ordinal);

        var hrEvent = Encoding.UTF8.GetBytes(HrEvents.Terminated(leaver));
        await Refused(product, Publisher, channel => channel.BasicConsumeAsync("deprovisioner.hr-events", autoAck: false, new AsyncDefaultBasicConsumer(channel)));
        await Refused(product, Publisher, channel => channel.QueueDeclareAsync("mine"));
        await Refused(product, Publisher, channel => channel.ExchangeDeleteAsync("hr.events"));
        await Refused(product, Publisher, channel => channel.BasicPublishAsync("deprovisioner.system.crm", "", hrEvent).AsTask());
        await Refused(product, Publisher, channel => channel.BasicPublishAsync("deprovisioner.step-reports", "", hrEvent).AsTask());
        await Refused(product, Publisher, channel => channel.BasicPublishAsync("", "deprovisioner.hr-events", hrEvent).AsTask());
        await Refused(product, Connectors, channel => channel.BasicConsumeAsync("deprovisioner.hr-events", autoAck: false, new AsyncDefaultBasicConsumer(channel)));
        await Refused(product, Connectors, channel => channel.BasicConsumeAsync("deprovisioner.step-reports", autoAck: false, new AsyncDefaultBasicConsumer(channel)));
        await Refused(product, Connectors, channel => channel.BasicPublishAsync("hr.events", "", hrEvent).AsTask());
        await Refused(product, Connectors, channel => channel.BasicPublishAsync("deprovisioner.events", "", hrEvent).AsTask());
        await Refused(product, Connectors, channel => channel.QueueBindAsync("deprovisioner.system.crm", "hr.events", ""));
        await Refused(product, Connectors, channel => channel.QueuePurgeAsync("deprovisioner.hr-events"));
        await Refused(product, Connectors, channel => channel.QueueDeleteAsync("deprovisioner.hr-events"));
        await Refused(product, Orchestrator, channel => channel.BasicConsumeAsync("deprovisioner.system.crm", autoAck: false, new AsyncDefaultBasicConsumer(channel)));
        await Refused(product, Orchestrator, channel => channel.BasicPublishAsync("hr.events", "", hrEvent).AsTask());
        await Refused(product, Autoscaler, channel => channel.BasicGetAsync("deprovisioner.hr-events", autoAck: false));
        await Refused(product, Autoscaler, channel => channel.QueuePurgeAsync("deprovisioner.hr-events"));
        Assert.Contains("access_refused", company.Broker.Output[before..], StringComparison.Ordinal);

        // What an autoscaler asks: how many messages wait.
        await using var connection = await new ConnectionFactory { Uri = product.BrokerAs(Autoscaler) }.CreateConnectionAsync();
        await using var asking = await connection.CreateChannelAsync();
        Assert.Equal(0u, (await asking.QueueDeclarePassiveAsync("deprovisioner.hr-events")).MessageCount);
    }

    [Fact]
    public async Task A_host_of_one_zone_serves_its_system_and_reaches_no_other_queue()
    {
        await using var product = await company.Install(new StoryOptions { Stages = "      - {name: contain, within: 5m, steps: [{system: crm, action: disable-account}]}" });
        await company.Broker.NewInstallation(product.Name);
        await company.Broker.Control("add_user", Zone, RabbitMqBroker.PasswordOf(Zone));
        await company.Broker.Control("set_permissions", "-p", product.Name, Zone, $"^({ZoneOwn})$", $"^({ZoneOwn})$", @"^(deprovisioner\.system\.crm(\.lists)?(_error|_skipped)?|MassTransit:.*)$");
        await File.WriteAllTextAsync(product.ConfigPath, product.OnlySystem("crm"));
        await product.StartWorker(With(product, Orchestrator, "orchestrator"));
        var zone = With(product, Zone, "connectors");
        zone["ConnectionStrings__Deprovisioner"] = null;
        await product.StartWorker(zone);
        var leaver = await company.Employ();

        await product.CliWith(With(product, Publisher, null), "publish", await product.Event(HrEvents.Terminated(leaver)));
        await product.Completed(1);

        Assert.False(await leaver.IsActiveInCrm());
        await Refused(product, Zone, channel => channel.QueueDeclareAsync("deprovisioner.system.directory", durable: true, exclusive: false, autoDelete: false));
        await Refused(product, Zone, channel => channel.BasicPublishAsync("deprovisioner.system.directory", "", "{}"u8.ToArray()).AsTask());
        await Refused(product, Zone, channel => channel.BasicConsumeAsync("deprovisioner.step-reports", autoAck: false, new AsyncDefaultBasicConsumer(channel)));
    }

    private static Dictionary<string, string?> With(Installation product, string user, string? role)
    {
        var environment = product.Environment();
        environment["ConnectionStrings__RabbitMq"] = product.BrokerAs(user).ToString();
        environment["Deprovisioner__Roles"] = role;
        return environment;
    }

    private static async Task Refused(Installation product, string user, Func<IChannel, Task> act)
    {
        await using var connection = await new ConnectionFactory { Uri = product.BrokerAs(user) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));

        // A refused publish closes the channel, and its confirm ends with that.
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => act(channel));

        var reason = channel.CloseReason ?? (refused as OperationInterruptedException)?.ShutdownReason;
        Assert.Equal(403, (int?)reason?.ReplyCode);
    }
}
