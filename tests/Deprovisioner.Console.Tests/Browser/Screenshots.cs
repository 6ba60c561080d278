using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.Browser;

/// <summary>Pictures of the pages, for people who look at them: in the folder that <c>DEPROVISIONER_SCREENSHOTS</c> names.</summary>
internal static class Screenshots
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("DEPROVISIONER_SCREENSHOTS");

    public static async Task Take(IPage page, string name)
    {
        if (!string.IsNullOrEmpty(Folder))
        {
            // What sticks to the edge of the window would lie across the middle of a picture of the whole page.
            await page.EvaluateAsync("document.querySelectorAll('.local').forEach(e => e.style.position = 'static')");
            await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name.ToLowerInvariant() + ".png"), FullPage = true });
        }
    }
}
