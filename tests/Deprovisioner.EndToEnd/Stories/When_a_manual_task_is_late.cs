using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Two people have something to do by hand, and one of them does not: who, and that it is late, is on the list, and others are told once.</summary>
[Collection(Stories.Name)]
public sealed class When_a_manual_task_is_late(Company company)
{
    [Fact]
    public async Task It_is_listed_with_its_owner_told_of_once_and_gone_from_the_list_when_it_is_vouched_for()
    {
        await using var product = await company.Install(new StoryOptions
        {
            MoreSystems = "badge: {connector: manual, owner: facilities, within: 1s, verify: required}\n  laptop: {connector: manual, owner: it-desk, within: 24h}",
            Stages = """
                      - {name: contain, steps: [{system: badge, action: manual-task, instruction: "Block the badge"}, {system: laptop, action: manual-task, instruction: "Take the laptop"}]}
                """,
        });
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await Eventually.True("both tasks to be open", async () => await product.Query<long>("select count(*) from steps where status = 'open-task'") == 2);
        await Eventually.True(
            "others to be told", async () => await product.Query<long>("select count(*) from outbox where type = 'deprovisioning.needs-attention.v1'") == 1, TimeSpan.FromSeconds(60));

        Assert.Equal(["badge facilities True", "laptop it-desk False"], Words(await product.Json("tasks", "list")));
        Assert.Equal(["badge facilities True"], Words(await product.Json("tasks", "list", "--overdue")));
        Assert.Equal(["laptop it-desk False"], Words(await product.Json("tasks", "list", "--owner", "it-desk")));
        Assert.Contains(" OVERDUE", await product.Cli("tasks", "list"), StringComparison.Ordinal);
        var badge = (await product.Query<Guid>("select step_id from steps where system = 'badge'")).ToString();

        await product.Cli("resolve", badge, "--evidence", "4711", "--why", "told", "--as", "ann");
        Assert.Contains("done, to be verified by ann", await product.Cli("tasks", "list"), StringComparison.Ordinal);
        Assert.Equal(1, (await product.TryCli("verify", badge, "--evidence", "4711", "--why", "told", "--as", "ann")).ExitCode);
        await product.Cli("verify", badge, "--evidence", "seen", "--why", "round", "--as", "ben");
        Assert.Equal(["laptop it-desk False"], Words(await product.Json("tasks", "list")));
        await product.Cli("resolve", (await product.Query<Guid>("select step_id from steps where system = 'laptop'")).ToString(), "--evidence", "in the safe", "--why", "told");
        await product.Completed(1);

        Assert.Equal("No open tasks.", (await product.Cli("tasks", "list")).Trim());
        Assert.Equal(1L, await product.Query<long>("select count(*) from outbox where type = 'deprovisioning.needs-attention.v1'"));
        await product.AuditIsVerified();
    }

    private static IEnumerable<string> Words(JsonNode tasks) => tasks.AsArray().Select(t => $"{t!["system"]} {t["owner"]} {t["overdue"]!.GetValue<bool>()}");
}
