using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

[Collection(Stories.Name)]
public sealed class When_three_hundred_leave_at_once(Company company)
{
    private const int Everybody = 300;
    private const int Limit = 50;

    [Fact]
    public async Task Fifty_go_and_the_rest_is_held_until_people_decide()
    {
        await using var product = await company.Install(new StoryOptions
        {
            Stages = "      - {name: contain, within: 5m, steps: [{system: directory, action: disable-account}]}",
            Guard = $"guard: {{window: 24h, maxLeavers: {Limit}}}",
        });
        var people = new List<(string User, string Dn)>();
        foreach (var i in Enumerable.Range(0, Everybody))
        {
            var user = $"mass{i}-{product.Name}";
            people.Add((user, await company.Directory.AddPerson(user, uid: user, mail: $"{user}@example.test", password: "password-" + user)));
        }

        await product.StartWorker();
        await product.Publish(people.Select(p => Terminated(p.User)).ToArray());
        await Eventually.True("all to be decided", async () => await product.Query<long>("select count(*) from sagas") == Everybody);
        await product.Completed(Limit);

        var held = (await product.Json("holds", "list", "--reason", "guard")).AsArray();
        Assert.Equal(Everybody - Limit, held.Count);
        Assert.All(held, hold => Assert.EndsWith("leaver in 24h; the limit is 50.", hold!["detail"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Contains("51st leaver", held[0]!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(Everybody - Limit, (await product.Json("guard", "status"))["held"]!.GetValue<int>());
        await Exactly(product, people);

        Assert.Equal(2, (await product.TryCli("holds", "release", "--all", "--why", "all of them")).ExitCode);
        foreach (var portion in new[] { 30, 70 })
        {
            await product.Cli("holds", "release", "--all", "--reason", "guard", "--count", portion.ToString(), "--why", "HR confirmed these", "--as", "ops");
        }

        await product.Completed(Limit + 100);
        await product.Cli("holds", "reject", "--all", "--reason", "guard", "--why", "the feed was wrong", "--as", "ops");

        Assert.Empty((await product.Json("holds", "list")).AsArray());
        Assert.Equal(150L, await product.Query<long>("select count(*) from sagas where status = 'cancelled'"));
        Assert.Equal(150L, await product.Query<long>("select count(*) from audit where type = 'hold-rejected'"));
        await Exactly(product, people);
        await product.AuditIsVerified();
    }

    /// <summary>Locked in the directory is exactly who the database says was let go.</summary>
    private async Task Exactly(Installation product, List<(string User, string Dn)> people)
    {
        var gone = (await product.Lines("select person_id from sagas where status = 'completed'")).ToHashSet();
        foreach (var (user, dn) in people)
        {
            Assert.Equal(gone.Contains("P-" + user), (await company.Directory.Values(dn, "pwdAccountLockedTime")).Count > 0);
        }
    }

    private static string Terminated(string user)
        => new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.NewGuid().ToString(),
            ["source"] = "/hris/test",
            ["type"] = "hr.employment.terminated.v1",
            ["time"] = "2026-11-20T10:00:00Z",
            ["data"] = new JsonObject
            {
                ["personId"] = "P-" + user,
                ["employmentId"] = "E-" + user,
                ["person"] = new JsonObject { ["email"] = $"{user}@example.test", ["userName"] = user },
            },
        }.ToJsonString();
}
