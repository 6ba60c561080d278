using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

[Collection(Stories.Name)]
public sealed class When_a_deletion_needs_approval(Company company)
{
    [Fact]
    public async Task Another_person_agrees_to_exactly_these_accounts_and_then_it_is_deleted()
    {
        await using var product = await company.Install(new StoryOptions
        {
            Stages = """
                      - {name: contain, within: 5m, steps: [{system: directory, action: disable-account}]}
                      - {name: retire, approval: required, steps: [{system: directory, action: delete-account}]}
                """,
            Guard = "guard: {maxLeavers: 0}",
        });
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Reached(leaver, "held");
        Assert.True(await leaver.CanBind(), "the guard let somebody through");
        var saga = (await product.Query<Guid>("select saga_id from sagas")).ToString();
        await product.Cli("holds", "release", saga, "--why", "a planned leaver", "--as", "ann");
        await Eventually.True("the containment", async () => !await leaver.CanBind());
        await Eventually.True(
            "the approval to be waited for",
            async () => (await product.Json("holds", "list", "--reason", "approval")).AsArray().Count == 1);

        var shown = (await product.Json("sagas", "show", saga))["approvals"]![0]!;
        Assert.StartsWith("directory ", shown["accounts"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        var hash = shown["hash"]!.GetValue<string>();
        var own = await product.TryCli("approve", saga, "--plan", hash, "--why", "mine", "--as", "ann");
        Assert.Equal(1, own.ExitCode);
        Assert.Contains("another person must", own.Output, StringComparison.Ordinal);
        var other = await product.TryCli("approve", saga, "--plan", new string('0', 64), "--why", "not looked at", "--as", "bob");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("are not those of this hash", other.Output, StringComparison.Ordinal);
        Assert.NotEmpty(await company.Directory.Values(leaver.Dn, "uid"));

        await product.Cli("approve", saga, "--stage", "retire", "--plan", hash, "--why", "looked at", "--as", "bob");
        await product.Completed(1);

        Assert.Empty(await company.Directory.Values(leaver.Dn, "uid"));
        await product.AuditIsVerified();
    }
}
