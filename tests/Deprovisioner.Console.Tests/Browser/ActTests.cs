using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Testing;
using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.Browser;

/// <summary>What people do on the pages, with the mouse and the keyboard, and with scripts off.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class ActTests(ConsoleSite site, Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task A_system_is_paused_and_resumed(int width)
    {
        var page = await Open(width);
        await page.GotoAsync("/systems");
        var system = page.Locator("#archive");

        await system.Act("Pause", "it moves house");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("archive is paused.");
        await Assertions.Expect(page.Locator("#archive")).ToContainTextAsync("it moves house");
        await page.Locator("#archive").Act("Resume", "it has moved");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("archive is open.");
    }

    [Theory]
    [InlineData(1280, "warehouse", "reached: PostgreSQL")]
    [InlineData(390, "archive", "not reached")]
    public async Task A_system_is_looked_at_by_a_connector_host(int width, string name, string found)
    {
        var page = await Open(width);
        var sound = new Soundness(page);
        await page.GotoAsync("/systems");
        var system = page.Locator($"#{name}");

        await system.Act("Check now", "its credential is a new one");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("is being looked at");
        await Assertions.Expect(system.GetByRole(AriaRole.Region, new() { Name = $"Last look at {name}" })).ToContainTextAsync(found, new() { Timeout = 30_000 });
        await sound.Look($"system-looked-at-{width}");
        sound.Holds();
    }

    [Fact]
    public async Task A_protected_leaver_is_released_and_a_stage_is_approved()
    {
        var page = await Open(1280);
        await page.GotoAsync("/holds?reason=protected");
        await page.Locator("article", new() { HasText = Company.Protected }).Act("Release", "the board said so");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");

        await page.GotoAsync("/holds?reason=approval");
        await page.Locator("article", new() { HasText = Company.ToApprove }).GetByRole(AriaRole.Link, new() { Name = "Saga" }).ClickAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Approval of retire" }).Act("Approve", "looked at the plan");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Eventually.True("the account to be deleted", async () => await site.Scalar<long>("select count(*) from pg_roles where rolname = 'fired'") == 0, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Failed_steps_are_selected_previewed_and_replayed()
    {
        var page = await Open(1280);
        await page.GotoAsync("/attention");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = $"{Company.Failed} warehouse disable-account" }).CheckAsync();
        await page.Locator("#selected").GetByLabel("Why, for the audit").FillAsync("to see it fail again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview a replay of those selected" }).ClickAsync();
        await page.WaitForURLAsync("**/replays/*", new() { WaitUntil = WaitUntilState.Commit });
        await Assertions.Expect(page.Locator("#replay")).ToContainTextAsync("would-fail", new() { Timeout = 60_000 });

        await page.Locator("main").Act("Start: one, then ten, then the rest", "all the same");

        await Assertions.Expect(page.Locator("#replay")).ToContainTextAsync("1 failed", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task A_replay_that_stopped_goes_on()
    {
        await site.Publish(Company.Hired("P-twin-3", "twin"), Company.Hired("P-twin-4", "twin"), Company.Terminated("P-twin-3", "voluntary"), Company.Terminated("P-twin-4", "voluntary"));
        await Eventually.True("their steps to fail", async () => await site.Scalar<long>("select count(*) from steps join sagas using (saga_id) where person_id in ('P-twin-3', 'P-twin-4') and steps.status = 'failed'") >= 2, TimeSpan.FromMinutes(1));
        var page = await Open(1280);
        await page.GotoAsync("/attention?system=warehouse&action=disable-account");
        await page.Locator("main").Act("Preview a replay of all these", "it may be better now");
        await page.WaitForURLAsync("**/replays/*", new() { WaitUntil = WaitUntilState.Commit });
        await Assertions.Expect(page.Locator("#replay > p .state")).ToHaveTextAsync("ready", new() { Timeout = 60_000 });
        await page.Locator("main").Act("Start: one, then ten, then the rest", "let us see");
        await Assertions.Expect(page.Locator("#replay > p .state")).ToHaveTextAsync("stopped", new() { Timeout = 60_000 });
        await page.ReloadAsync();

        await page.Locator("main").Act("Go on", "the others may be better");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator("#replay > p .state")).Not.ToHaveTextAsync("running", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task A_replay_is_cancelled_before_it_starts()
    {
        var page = await Open(390);
        await page.GotoAsync("/attention?system=warehouse");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = $"{Company.Failed} warehouse disable-account" }).CheckAsync();
        await page.Locator("#selected").GetByLabel("Why, for the audit").FillAsync("only to look");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview a replay of those selected" }).ClickAsync();
        await page.WaitForURLAsync("**/replays/*", new() { WaitUntil = WaitUntilState.Commit });

        await page.Locator("main").Act("Cancel", "it was only to look");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator("#replay > p .state")).ToHaveTextAsync("cancelled");
    }

    [Fact]
    public async Task A_reconciliation_is_asked_for_and_stopped()
    {
        var page = await Open(390);
        await page.GotoAsync("/systems");

        // Nothing comes of it before it is stopped: the system is away.
        await page.Locator("#archive").Act("Reconcile", "before the audit");
        await page.GetByRole(AriaRole.Region, new() { Name = "Reconciliations" }).GetByRole(AriaRole.Link, new() { Name = "archive" }).First.ClickAsync();
        await page.Locator("main").Act("Stop", "not now");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator("#run > p .state").First).ToHaveTextAsync("cancelled");
    }

    [Fact]
    public async Task A_message_from_quarantine_is_corrected_and_sent_again()
    {
        var page = await Open(390);
        await page.GotoAsync("/events?quarantine=true");
        await page.GetByRole(AriaRole.Link, new() { Name = "1", Exact = true }).ClickAsync();
        await page.GetByText("Correct and send again").First.ClickAsync();
        await page.GetByLabel("The whole message, corrected").FillAsync(Company.Hired("P-corrected", "corrected").ToJsonString());
        await page.GetByLabel("Why, for the audit").FillAsync("a wrong version");
        await page.GetByRole(AriaRole.Button, new() { Name = "Correct and send again" }).ClickAsync();

        await Assertions.Expect(page.GetByText("Corrected and sent again")).ToBeVisibleAsync();
        Assert.Equal(1, await site.Scalar<long>("select count(*) from inbox where event_id = 'hired-P-corrected'"));
    }

    [Fact]
    public async Task A_page_renews_itself_while_somebody_looks()
    {
        var page = await Open(1280);
        await page.GotoAsync("/systems");
        await site.Done(Storage.Asking.ActRequest.Pause(new("somebody-else", "behind your back"), "warehouse"));
        try
        {
            await Assertions.Expect(page.Locator("#warehouse")).ToContainTextAsync("behind your back", new() { Timeout = 30_000 });
        }
        finally
        {
            await site.Done(Storage.Asking.ActRequest.Resume(new("somebody-else", "again"), "warehouse"));
        }
    }

    [Fact]
    public async Task A_form_without_its_token_does_nothing()
    {
        var page = await Open(1280);
        await page.GotoAsync("/systems");
        await page.EvaluateAsync("document.querySelectorAll('input[name=__RequestVerificationToken]').forEach(token => token.remove())");

        await page.Locator("#archive").Act("Pause", "a forged form");

        Assert.Equal(0, await site.Scalar<long>("select count(*) from operator_acts where why = 'a forged form'"));
    }

    private async Task<IPage> Open(int width) => await chromium.Open(await site.NewConsole("--Deprovisioner:Console:Local", "true"), width, ColorScheme.Light);
}
