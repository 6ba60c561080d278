using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;
using Deprovisioner.Testing;
using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.Browser;

/// <summary>What people decide on the pages: about somebody's saga, a task, an event, a legal hold, a layoff. Whoever looks is the same person everywhere, so what takes two is refused until a second one, by a key, agrees.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class DecisionTests(ConsoleSite site, Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task What_has_not_run_is_cancelled()
    {
        var saga = await site.Leaves("P-cancelled", "retirement");
        var page = await Open(1280);
        await page.GotoAsync($"/sagas/{saga}");

        await page.Locator("main").Act("Cancel what has not run", "it was somebody else");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator("#saga > p .state")).ToHaveTextAsync("cancelled");
    }

    [Fact]
    public async Task A_protected_leaver_is_rejected()
    {
        await site.Publish(Company.Hired(Company.Chair, "chair"), Company.Terminated(Company.Chair, "voluntary"));
        var page = await Open(390);
        await page.GotoAsync("/holds?reason=protected");
        await Assertions.Expect(page.Locator("article", new() { HasText = Company.Chair })).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await page.Locator("article", new() { HasText = Company.Chair }).Act("Reject", "HR took it back by telephone");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator("article", new() { HasText = Company.Chair })).ToHaveCountAsync(0);
        Assert.Equal("cancelled", await site.Scalar<string>($"select status from sagas where person_id = '{Company.Chair}'"));
    }

    [Fact]
    public async Task A_failed_step_is_resolved_with_what_shows_that_it_is_done()
    {
        await site.Publish(Company.Terminated("P-twin-2", "voluntary"));
        await Eventually.True("the step to fail", async () => await site.Scalar<long>("select count(*) from steps join sagas using (saga_id) where person_id = 'P-twin-2' and steps.status = 'failed'") > 0, TimeSpan.FromMinutes(1));
        var page = await Open(1280);
        await page.GotoAsync("/attention?system=warehouse");
        await page.GetByRole(AriaRole.Link, new() { Name = "P-twin-2" }).First.ClickAsync();
        var step = page.Locator("li[id^=step-]", new() { HasText = "disable-account" });

        await step.Act("Resolve", "the account is another twin's", form => form.GetByLabel("What shows that it is done").FillAsync("ticket 4711"));

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator("li[id^=step-]", new() { HasText = "disable-account" })).ToContainTextAsync("a person settled it by hand");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Among_accounts_that_could_not_be_told_apart_the_right_one_is_chosen(int width)
    {
        var (userName, leaver) = ($"pair{width}", $"P-pair-{width}");
        await site.Server.Execute($"create role {userName} login");
        await site.Publish(Company.Hired(leaver, userName), Company.Hired(leaver + "-stays", userName), Company.Terminated(leaver, "voluntary"));
        await Eventually.True("the step to fail", async () => await site.Scalar<long>($"select count(*) from steps join sagas using (saga_id) where person_id = '{leaver}' and steps.outcome = 'ambiguous' and steps.status = 'failed'") == 2, TimeSpan.FromMinutes(1));
        var page = await Open(width);
        await page.GotoAsync("/holds");
        await page.GetByRole(AriaRole.Link, new() { Name = $"warehouse of {leaver}" }).First.ClickAsync();
        var step = page.Locator("li[id^=step-]", new() { HasText = "disable-account" });
        var sound = new Soundness(page);
        await step.GetByText("Choose the account", new() { Exact = true }).First.ClickAsync();
        await sound.Look($"saga-choice-{width}");
        sound.Holds();
        await page.ReloadAsync();

        await step.Act("Choose the account", "the badge office knows them", form => form.GetByLabel(userName).CheckAsync());

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("1 of 1 accounts are theirs");
        await Assertions.Expect(page.Locator("li[id^=step-]", new() { HasText = "disable-account" }).Locator(".state").First).ToHaveTextAsync("succeeded", new() { Timeout = 30_000 });
        Assert.False(await site.Scalar<bool>($"select rolcanlogin from pg_roles where rolname = '{userName}'"));
    }

    [Fact]
    public async Task A_failed_step_is_skipped_with_a_reason()
    {
        await site.Publish(Company.Hired("P-twin-5", "twin"), Company.Terminated("P-twin-5", "voluntary"));
        await Eventually.True("the step to fail", async () => await site.Scalar<long>("select count(*) from steps join sagas using (saga_id) where person_id = 'P-twin-5' and steps.status = 'failed'") > 0, TimeSpan.FromMinutes(1));
        var page = await Open(390);
        await page.GotoAsync("/attention?system=warehouse");
        await page.GetByRole(AriaRole.Link, new() { Name = "P-twin-5" }).First.ClickAsync();
        var step = page.Locator("li[id^=step-]", new() { HasText = "disable-account" });

        await step.Act("Skip", "the account is another twin's");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator("li[id^=step-]", new() { HasText = "disable-account" })).ToContainTextAsync("a person decided that it need not be done");
    }

    [Fact]
    public async Task A_task_is_done_by_one_person_and_verified_by_another()
    {
        var saga = await site.Leaves("P-badge", "voluntary");
        await Eventually.True("the task to be open", async () => await site.Scalar<long>($"select count(*) from steps where saga_id = '{saga}' and status = 'open-task'") == 1, TimeSpan.FromMinutes(1));
        var page = await Open(390);
        await page.GotoAsync($"/sagas/{saga}");

        var task = page.Locator("li[id^=step-]", new() { HasText = "manual-task" });

        await task.Act("Resolve", "it lay on the desk", form => form.GetByLabel("What shows that it is done").FillAsync("a picture of the badge"));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await task.Act("Verify", "I see it in the picture", form => form.GetByLabel("What shows that it was done").FillAsync("the picture"));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("somebody else has to verify it");
        await Assertions.Expect(task.Locator(".state").First).ToHaveTextAsync("open-task");

        using var other = site.As(AccessRoles.Operator);
        var step = await site.Scalar<Guid>($"select step_id from steps where saga_id = '{saga}' and action = 'manual-task'");
        using var verified = await other.PostAsync($"/api/v1/steps/{step}/verify", new StringContent("""{"why": "weekly round", "evidence": "seen in the safe"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.True(verified.IsSuccessStatusCode, await verified.Content.ReadAsStringAsync());
        await page.ReloadAsync();
        await Assertions.Expect(task.Locator(".state").First).ToHaveTextAsync("succeeded");
    }

    [Fact]
    public async Task A_task_that_somebody_else_has_done_is_verified_by_whoever_looks()
    {
        var saga = await site.Leaves("P-badge-2", "voluntary");
        await Eventually.True("the task to be open", async () => await site.Scalar<long>($"select count(*) from steps where saga_id = '{saga}' and status = 'open-task'") == 1, TimeSpan.FromMinutes(1));
        using var other = site.As(AccessRoles.Operator);
        var step = await site.Scalar<Guid>($"select step_id from steps where saga_id = '{saga}' and action = 'manual-task'");
        using var resolved = await other.PostAsync($"/api/v1/steps/{step}/resolve", new StringContent("""{"why": "it lay on the desk", "evidence": "in the safe"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.True(resolved.IsSuccessStatusCode, await resolved.Content.ReadAsStringAsync());
        var page = await Open(1280);
        await page.GotoAsync($"/sagas/{saga}");
        var task = page.Locator("li[id^=step-]", new() { HasText = "manual-task" });

        await task.Act("Verify", "weekly round", form => form.GetByLabel("What shows that it was done").FillAsync("seen in the safe"));

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(task.Locator(".state").First).ToHaveTextAsync("succeeded");
    }

    [Fact]
    public async Task An_event_about_nobody_is_dismissed()
    {
        await site.Publish(Company.Terminated("P-unknown", "voluntary"));
        var page = await Open(1280);
        var held = page.Locator("article", new() { HasText = "P-unknown" });
        await Eventually.True("the event to be held", async () => await site.Scalar<long>("select count(*) from inbox where person_id = 'P-unknown'") == 1);
        await page.GotoAsync("/holds?reason=event");

        await held.Act("Dismiss", "never worked here");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(held).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_legal_hold_is_set_and_lifted()
    {
        var page = await Open(1280);
        await page.GotoAsync("/people/P-stays");
        await page.Locator("main").Act("Set a legal hold", "case 12");
        await Assertions.Expect(page.Locator(".note.warn")).ToContainTextAsync("case 12");
        await page.GotoAsync("/holds");
        await Assertions.Expect(page.Locator("section", new() { HasText = "Legal holds" })).ToContainTextAsync("P-stays since");
        await page.GotoAsync("/people/P-stays");

        await page.Locator("main").Act("Lift the legal hold", "the case is closed");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("done");
        await Assertions.Expect(page.Locator(".note.warn")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_layoff_is_announced_by_one_person_and_approved_by_another()
    {
        var page = await Open(1280);
        await page.GotoAsync("/holds");
        await page.GetByRole(AriaRole.Region, new() { Name = "The guard" }).Act("Announce a layoff", "the plant closes", async form =>
        {
            await form.GetByLabel("At most so many leavers").FillAsync("80");
            await form.GetByLabel("First day, UTC").FillAsync("2027-01-04");
            await form.GetByLabel("Last day, UTC").FillAsync("2027-01-08");
        });
        var layoff = page.Locator("tr", new() { HasText = "the plant closes" });
        await Assertions.Expect(layoff).ToContainTextAsync("nobody yet: it does not count");

        await layoff.Act("Approve", "I know of it");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("refused");
        await Assertions.Expect(layoff).ToContainTextAsync("nobody yet: it does not count");

        using var other = site.As(AccessRoles.Approver);
        using var approved = await other.PostAsync($"/api/v1/guard/layoffs/{await layoff.GetByRole(AriaRole.Rowheader).TextContentAsync()}/approve", new StringContent("""{"why": "the board decided it"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.True(approved.IsSuccessStatusCode, await approved.Content.ReadAsStringAsync());
        await page.ReloadAsync();
        await Assertions.Expect(layoff).ToContainTextAsync("key:approver-of-the-test");
    }

    private async Task<IPage> Open(int width) => await chromium.Open(await site.NewConsole("--Deprovisioner:Console:Local", "true"), width, ColorScheme.Light);
}
