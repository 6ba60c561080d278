using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Two people have something to do by hand, and one of them does not: who, and that it is late, is on the list, and others are told once.</summary>
[Collection(Stories.Name)]
public sealed class When_a_manual_task_is_late(Company company)
{
    [Fact]
    public async Task It_is_listed_with_its_owner_and_gone_from_the_list_when_another_person_vouches_for_it()
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
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task Others_are_told_once_of_each_however_often_it_is_looked_for()
    {
        await using var product = await company.Install(new StoryOptions
        {
            MoreSystems = "badge: {connector: manual, owner: facilities, within: 1s}",
            Stages = """
                      - {name: contain, steps: [{system: badge, action: manual-task, instruction: "Block the badge"}]}
                """,
        });
        await product.StartWorker();
        var first = await company.Employ();
        await product.Publish(HrEvents.Terminated(first));
        await Told(product, 1);

        // Whoever looks and finds the second one has looked at the first one again, which is still late.
        var second = await company.Employ();
        await product.Publish(HrEvents.Terminated(second));
        await Told(product, 2);

        Assert.Equal(
            [$"{first.PersonId} 1", $"{second.PersonId} 1"],
            await product.Lines("select person_id || ' ' || count(*) from outbox join sagas using (saga_id) where type = 'deprovisioning.needs-attention.v1' group by person_id order by min(created_at)"));
        Assert.Equal(2L, await product.Query<long>("select count(*) from audit where type = 'task-overdue'"));
        Assert.Equal(2L, await product.Query<long>("select count(*) from steps where status = 'open-task'"));
        await product.AuditIsVerified();
    }

    private static Task Told(Installation product, int tasks)
        => Eventually.True($"{tasks} tasks to be told of", async () => await product.Query<long>("select count(*) from steps where task_overdue_told") == tasks, TimeSpan.FromSeconds(60));

    private static IEnumerable<string> Words(JsonNode tasks) => tasks.AsArray().Select(t => $"{t!["system"]} {t["owner"]} {t["overdue"]!.GetValue<bool>()}");
}
