using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The organisation's file changes while the worker runs.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_policy_file_changes(Company company)
{
    private static readonly JsonObject InAYear = new() { ["effectiveAt"] = "2036-01-01T00:00:00Z" };

    [Fact]
    public async Task A_valid_one_is_taken_up_an_invalid_one_is_refused_and_what_runs_keeps_its_plan()
    {
        await using var product = await company.Install();
        var worker = await product.StartWorker();
        var before = await company.Employ();
        await product.Publish(HrEvents.Terminated(before, more: InAYear));
        await product.Reached(before, "scheduled");
        var first = await File.ReadAllTextAsync(product.ConfigPath);

        var second = first
            .Replace("  - name: leaver\n", "  - name: leaver-with-badge\n", StringComparison.Ordinal)
            .Replace("policies:\n", "  badge: {connector: manual, owner: facilities}\npolicies:\n", StringComparison.Ordinal)
            .Replace("[{system: \"*\", action: remove-entitlements}]", "[{system: \"*\", action: remove-entitlements}, {system: badge, action: manual-task, instruction: Collect it, owner: reception}]", StringComparison.Ordinal);
        await Replace(product, second);
        await Eventually.True("the change to be taken up", async () => await product.Query<long>("select count(*) from audit where type = 'configuration-taken-up'") == 2);

        // The new system's queue is listened to, and its step gets to the person whom the policy names.
        var after = await company.Employ();
        await product.Publish(HrEvents.Terminated(after));
        await Eventually.True(
            "the new system's task to be open",
            async () => (await product.Lines("select concat_ws(' ', g.policy, t.status, t.message) from sagas g join steps t using (saga_id) where t.system = 'badge'"))
                is [{ } task] && task.StartsWith("leaver-with-badge open-task reception has until", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60));
        Assert.Equal(["leaver"], await product.Lines($"select policy from sagas where person_id = '{before.PersonId}'"));
        Assert.Equal(2L, await product.Query<long>("select count(distinct policy_version) from sagas"));

        await Replace(product, second.Replace("action: manual-task", "action: manual-tusk", StringComparison.Ordinal));
        await Eventually.True("the fault to be refused", async () => await product.Query<long>("select count(*) from audit where type = 'configuration-refused'") == 1);
        Assert.Contains("did you mean 'manual-task'?", worker.Output, StringComparison.Ordinal);
        var later = await company.Employ();
        await product.Publish(HrEvents.Terminated(later, more: InAYear));
        await product.Reached(later, "scheduled");
        Assert.Equal(["leaver-with-badge"], await product.Lines($"select policy from sagas where person_id = '{later.PersonId}'"));
        await product.AuditIsVerified();
    }

    /// <summary>As editors write: into another file, which takes the old one's name.</summary>
    private static async Task Replace(Installation product, string text)
    {
        var written = product.ConfigPath + ".new";
        await File.WriteAllTextAsync(written, text);
        File.Move(written, product.ConfigPath, overwrite: true);
    }
}
