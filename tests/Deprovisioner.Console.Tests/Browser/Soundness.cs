using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.Browser;

/// <summary>What is wrong with pages as a browser shows them: errors in its console, what is wider than the window, what the accessibility checks of WCAG 2.2 AA find.</summary>
internal sealed class Soundness
{
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    private readonly IPage page;
    private readonly List<string> faults = [];

    public Soundness(IPage page)
    {
        this.page = page;
        page.Console += (_, message) => faults.AddRange(message.Type is "error" or "warning" ? [$"{page.Url}: {message.Text}"] : []);
        page.PageError += (_, error) => faults.Add($"{page.Url}: {error}");
    }

    /// <summary>Looks at the page that is open now, and takes its picture.</summary>
    /// <param name="picture">See <see cref="Screenshots"/>.</param>
    public async Task Look(string picture)
    {
        if (await page.Locator("h1").CountAsync() is var headings && headings != 1)
        {
            faults.Add($"{page.Url} has {headings} main headings");
        }

        if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > page.ViewportSize!.Width)
        {
            faults.Add($"{page.Url} is {wide} wide in a window of {page.ViewportSize.Width}");
        }

        var axe = await page.RunAxe(new() { RunOnly = new() { Type = "tag", Values = [.. Rules] } });
        faults.AddRange(axe.Violations.Select(violation => $"{page.Url}: {violation.Id}: {violation.Help}: {violation.Nodes[0].Html}"));
        await Screenshots.Take(page, picture);
    }

    /// <summary>Fails where anything was found so far.</summary>
    /// <param name="but">A fault that has to be, such as the browser's own word of a refusal.</param>
    public void Holds(Func<string, bool>? but = null)
    {
        var found = faults.Where(fault => but?.Invoke(fault) != true).ToList();
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
