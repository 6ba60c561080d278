using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.Browser;

/// <summary>Debian's Chromium, without a screen, for all browser tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async Task InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>A window of its own, which believes any certificate.</summary>
    internal async Task<IPage> Open(Uri console, int width, ColorScheme colours)
    {
        var context = await browser!.NewContextAsync(new() { BaseURL = console.ToString(), ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = colours, IgnoreHTTPSErrors = true });
        return await context.NewPageAsync();
    }
}
