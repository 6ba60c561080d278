using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The main job: an event from Debian's amqp-publish, and access gone on three real systems, by their own account.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_termination_is_published_by_a_plain_client(Company company)
{
    [Fact]
    public async Task Access_is_gone_on_every_system_and_every_step_says_changed_with_evidence()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var leaver = await company.Employ();
        var colleague = await company.Employ();
        await using var session = await leaver.OpenSession();

        await ServerProcess.Run("amqp-publish", ["--url", product.Broker.ToString(), "-e", "hr.events", "-C", "application/cloudevents+json", "-p", "-b", HrEvents.Terminated(leaver)]);
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.Equal(Employee.FullAccess, await colleague.Everywhere());
        Assert.Equal(
            [
                "directory disable-account changed", "crm disable-account changed", "warehouse disable-account changed", "warehouse revoke-sessions changed",
                "directory remove-entitlements changed follow-up", "crm remove-entitlements changed", "warehouse remove-entitlements changed",
            ],
            await product.Outcomes(leaver));
        await EvidenceStandsBesideEachStep(product);
        await product.AuditIsVerified();
    }

    private static async Task EvidenceStandsBesideEachStep(Installation product)
    {
        var saga = await product.Query<Guid>("select saga_id from sagas");
        var shown = await product.Json("sagas", "show", saga.ToString());
        var reports = shown["audit"]!.AsArray().Where(row => row!["type"]!.GetValue<string>() == "step-reported").ToList();
        Assert.Equal(7, reports.Count);
        Assert.All(reports, row =>
        {
            var evidence = row!["evidence"]!["evidence"]!.AsArray();
            Assert.NotEmpty(evidence);
            Assert.NotEqual(evidence[0]!["before"]!.ToJsonString(), evidence[0]!["after"]!.ToJsonString());
        });
    }
}
