using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The directory refuses every change; it is found out with one step, repaired, and the rest follows.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_on_call_replays_what_failed(Company company)
{
    private const int Leavers = 40;

    [Fact]
    public async Task Without_the_repair_one_step_shows_it_and_with_it_all_are_cut_though_the_worker_dies_on_the_way()
    {
        await using var product = await company.Install(new StoryOptions { Lease = "15s", Stages = "          - {name: contain, within: 5m, steps: [{system: directory, action: disable-account}]}" });

        // Slow enough that the rest takes some seconds, in which it can be killed.
        await File.WriteAllTextAsync(product.ConfigPath, (await File.ReadAllTextAsync(product.ConfigPath)).Replace("perSecond: 200", "perSecond: 5", StringComparison.Ordinal));
        var worker = await product.StartWorker();
        var leavers = new List<Employee>();
        for (var i = 0; i < Leavers; i++)
        {
            leavers.Add(await company.EmployInDirectory());
        }

        await company.Directory.BeReadOnly(true);
        try
        {
            await product.Publish([.. leavers.Select(leaver => HrEvents.Terminated(leaver))]);
            await Eventually.True("all to fail", async () => await Count(product, "steps where status = 'failed' and code = 'ldap-53'") == Leavers, TimeSpan.FromSeconds(60));

            Assert.Equal(1, (await product.TryCli("replay", "--system", "directory", "--code", "other", "--why", "x")).ExitCode);
            // Progress goes to the error output, which stands with the rest of what a command says here: what there is to read is shown afterwards.
            await product.Cli("replay", "--system", "directory", "--code", "ldap-53", "--preview", "--why", "the vendor says it is repaired", "--as", "on-call");
            var job = (await product.Query<long>("select max(job_id) from replay_jobs")).ToString();
            var preview = await product.Json("replay", "show", job);
            Assert.Equal(("ready", Leavers), (preview["job"]!["status"]!.GetValue<string>(), preview["job"]!["untouched"]!.GetValue<int>()));
            Assert.All(preview["items"]!.AsArray(), item => Assert.Equal("would-change", item!["item"]!["answer"]!.GetValue<string>()));
            Assert.Equal(Leavers, await Count(product, "steps where status = 'failed'"));

            var (code, stopped) = await product.TryCli("replay", "start", job, "--why", "see whether it is", "--as", "on-call");
            Assert.Equal(1, code);
            Assert.Contains("ldap-53 came back on directory; 39 steps are untouched", stopped, StringComparison.Ordinal);
            Assert.Equal(39, await Count(product, "steps where status = 'failed' and sends = 1"));

            await company.Directory.BeReadOnly(false);
            await product.Cli("replay", "resume", job, "--no-wait", "--why", "it was read-only", "--as", "on-call");
            await Eventually.True("the rest to be on its way", async () => await Count(product, "replay_jobs where wave = 'rest' and sent > 10 and succeeded > 11") == 1, TimeSpan.FromSeconds(60));
            worker.Kill();
            await product.StartWorker();
            await Eventually.True("the replay to end", async () => await Count(product, "replay_jobs where status = 'completed'") == 1, TimeSpan.FromSeconds(90));

            Assert.Contains("is completed: 40 succeeded", await product.Cli("replay", "show", job), StringComparison.Ordinal);
            Assert.Equal(Leavers, await Count(product, "steps where status = 'succeeded'"));
            Assert.Equal(["1 one", "10 ten", "29 rest"], await product.Lines("select count(*) || ' ' || wave from replay_items group by wave order by count(*)"));
            Assert.Equal(Leavers + 1, await Count(product, "audit where type = 'step-replayed'"));
            foreach (var leaver in leavers)
            {
                Assert.False(await leaver.CanBind(), leaver.UserName);
            }

            await product.AuditIsVerified();
        }
        finally
        {
            await company.Directory.BeReadOnly(false);
        }
    }

    private static async Task<int> Count(Installation product, string what) => (int)await product.Query<long>($"select count(*) from {what}");
}
