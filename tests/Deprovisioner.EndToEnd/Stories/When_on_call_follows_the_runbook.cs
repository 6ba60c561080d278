using Deprovisioner.Console.Tests.Browser;
using Deprovisioner.Testing;
using Microsoft.Playwright;

namespace Deprovisioner.EndToEnd;

/// <summary>A night on call. The directory's password expires, and once it is renewed the directory takes no changes: what Prometheus tells of is found, repaired and replayed in the console, by people of the company's identity provider.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_on_call_follows_the_runbook(Company company, Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private const int Leavers = 40;

    private readonly TemporaryFolder folder = new("on-call");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_failed_is_repaired_and_replayed_in_the_console_and_the_audit_says_by_whom()
    {
        folder.Write("password", "expired");
        await using var product = await company.Install(new StoryOptions
        {
            DirectoryPassword = $"${{file:{folder["password"]}}}",
            Stages = "          - {name: contain, within: 5m, steps: [{system: directory, action: disable-account}]}",
        });
        var settings = product.Environment();
        await product.StartWorker(settings);
        var (console, forPrometheus) = (new Uri($"https://127.0.0.1:{LoopbackPort.Free()}"), new Uri($"http://127.0.0.1:{LoopbackPort.Free()}"));
        using var people = await OidcProvider.Start(console);
        await StartConsole(product, people, console, forPrometheus);
        using var prometheus = new Prometheus(new Uri(settings["Deprovisioner__HealthUrl"]!), forPrometheus);
        await prometheus.Watches();

        var leavers = new List<Employee>();
        for (var i = 0; i < Leavers; i++)
        {
            leavers.Add(await company.EmployInDirectory());
        }

        await product.Publish([.. leavers.Select(leaver => HrEvents.Terminated(leaver))]);
        await prometheus.Fires("DeprovisionerSystemUnauthorized");
        Assert.Equal((0, Leavers), (await Count(product, "steps where status = 'failed'"), await Count(product, "sagas where status = 'running'")));

        // The night's second trouble begins before the first has ended.
        await company.Directory.BeReadOnly(true);
        try
        {
            var page = await chromium.Open(console, 1280, ColorScheme.Dark);
            await page.SignIn("olga", "/systems");
            await Assertions.Expect(page.Locator("#directory")).ToContainTextAsync("unauthorized");
            folder.Write("password", OpenLdapServer.ServicePassword);
            await page.Locator("#directory").Act("Resume", "the password was renewed");
            await Assertions.Expect(page.Locator("#directory .state")).ToHaveTextAsync("open");
            await Eventually.True("all to fail", async () => await Count(product, "steps where status = 'failed' and code = 'ldap-53'") == Leavers, TimeSpan.FromSeconds(60));
            await prometheus.Fires("DeprovisionerStepsFailed");

            await page.GetByRole(AriaRole.Link, new() { Name = "Attention" }).ClickAsync();
            await page.GetByRole(AriaRole.Region, new() { Name = "Failed steps by cause" }).GetByRole(AriaRole.Link, new() { Name = "directory" }).ClickAsync();
            await page.Locator("main").Act("Preview a replay of all these", "the vendor says that it takes changes again");
            await page.WaitForURLAsync("**/replays/*", new() { WaitUntil = WaitUntilState.Commit });
            await Assertions.Expect(page.Locator("#replay")).ToContainTextAsync("ready", new() { Timeout = 60_000 });
            await Assertions.Expect(page.Locator("#replay td", new() { HasText = "would-change" })).ToHaveCountAsync(Leavers);
            Assert.Equal(Leavers, await Count(product, "steps where status = 'failed'"));

            await page.Locator("main").Act("Start: one, then ten, then the rest", "see whether it does");
            await Assertions.Expect(page.Locator("#replay")).ToContainTextAsync("the same error came back", new() { Timeout = 60_000 });
            await Assertions.Expect(page.Locator("#replay")).ToContainTextAsync("39 to come");

            await company.Directory.BeReadOnly(false);
            await page.ReloadAsync();
            await page.Locator("main").Act("Go on", "now it does");
            await Assertions.Expect(page.Locator("#replay")).ToContainTextAsync("40 succeeded", new() { Timeout = 60_000 });
        }
        finally
        {
            await company.Directory.BeReadOnly(false);
        }

        await product.Completed(Leavers);
        await prometheus.IsQuiet();
        Assert.Equal(["1 one", "10 ten", "29 rest"], await product.Lines("select count(*) || ' ' || wave from replay_items group by wave order by count(*)"));
        foreach (var leaver in leavers)
        {
            Assert.False(await leaver.CanBind(), leaver.UserName);
        }

        var auditor = await chromium.Open(console, 1280, ColorScheme.Light);
        await auditor.SignIn("anton", "/audit");
        await auditor.GetByLabel("Saga, or").FillAsync("installation");
        await auditor.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        foreach (var why in new[] { "the password was renewed", "the vendor says that it takes changes again", "see whether it does", "now it does" })
        {
            await Assertions.Expect(auditor.Locator("tr", new() { HasText = why })).ToContainTextAsync("olga");
        }

        await auditor.GetByRole(AriaRole.Button, new() { Name = "Verify all of it" }).ClickAsync();
        await Assertions.Expect(auditor.GetByRole(AriaRole.Status)).ToContainTextAsync("Verified");
    }

    private async Task StartConsole(Installation product, OidcProvider people, Uri console, Uri forPrometheus)
    {
        await Certificates.Make(folder);
        var settings = people.ConsoleSettings().ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => (string?)setting.Value);
        settings["Kestrel__Certificates__Default__Path"] = folder["server.pem"];
        settings["Kestrel__Certificates__Default__KeyPath"] = folder["server.key"];
        product.StartConsole($"{console.GetLeftPart(UriPartial.Authority)};{forPrometheus.GetLeftPart(UriPartial.Authority)}", settings);
    }

    private static async Task<int> Count(Installation product, string what) => (int)await product.Query<long>($"select count(*) from {what}");
}
