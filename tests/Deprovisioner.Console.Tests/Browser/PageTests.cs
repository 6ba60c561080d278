using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Testing;
using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.Browser;

/// <summary>Every page in a real browser: wide and narrow, light and dark. No error in the browser's console, nothing wider than the window, and nothing that the accessibility checks of WCAG 2.2 AA find.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class PageTests(ConsoleSite site, Chromium chromium) : IClassFixture<Chromium>
{
    public static TheoryData<int, ColorScheme> Windows => new() { { 1280, ColorScheme.Light }, { 1280, ColorScheme.Dark }, { 390, ColorScheme.Light }, { 390, ColorScheme.Dark } };

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Every_page_is_sound(int width, ColorScheme colours)
    {
        var page = await chromium.Open(await site.NewConsole("--Deprovisioner:Console:Local", "true"), width, colours);
        var soundness = new Soundness(page);
        foreach (var (name, path) in await Pages())
        {
            var answer = await page.GotoAsync(path);
            Assert.True(answer!.Ok, $"{path}: {answer.Status}");
            await soundness.Look($"{name}-{width}-{colours}");
        }

        soundness.Holds();
    }

    private async Task<IEnumerable<(string Name, string Path)>> Pages()
    {
        var sagas = (await site.Operations.Sagas(new(), new(), default)).Items;
        var replay = await site.Done(Storage.Asking.ActRequest.Replay(new("the-test", "to show one"), new() { Person = Company.Failed }, Core.Replaying.ReplayStart.AfterPreview));
        await Eventually.True("the preview to be there", async () => (await site.Operations.Replay(replay.ActId, default))!.Job.Status != "previewing", TimeSpan.FromMinutes(1));
        return
        [
            ("now", "/"), ("sagas", "/sagas"), ("sagas-late", "/sagas?late=true&status=running"),
            .. sagas.DistinctBy(saga => (saga.Kind, saga.Status)).Select(saga => ($"saga-{saga.Status}", $"/sagas/{saga.SagaId}")),
            ("attention", "/attention"), ("attention-filtered", "/attention?system=warehouse"), ("replay", $"/replays/{replay.ActId}"), ("holds", "/holds"), ("systems", "/systems"), ("reconciliation", $"/reconciliations/{await site.Reconciliation()}"),
            ("people", "/people?search=P-"), ("person", $"/people/{Company.Left}"), ("plan", "/people/P-stays/plan"), ("plan-misconduct", "/people/P-stays/plan?event=terminated&reason=misconduct&lastDay=2027-01-29"), ("events", "/events"), ("event", "/events/1"), ("quarantine", "/events?quarantine=true"), ("quarantined", "/events/quarantine/1"),
            ("audit", "/audit"), ("audit-verified", "/audit?verify=true"), ("reports", "/reports"),
        ];
    }
}
