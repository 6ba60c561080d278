using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.Browser;

/// <summary>What people do on the console's pages.</summary>
internal static class ConsolePages
{
    /// <summary>Opens a page by way of the company's sign-in (<c>provider.mjs</c>).</summary>
    public static async Task SignIn(this IPage page, string who, string path)
    {
        await page.GotoAsync(path);
        await page.GetByLabel("Name").FillAsync(who);
        await page.GetByLabel("Password").FillAsync(who);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath == path);
    }

    /// <summary>Opens the form of an act, says why, and sends it.</summary>
    /// <param name="fill">What else the form wants.</param>
    public static async Task Act(this ILocator where, string label, string why, Func<ILocator, Task>? fill = null)
    {
        await where.GetByText(label, new() { Exact = true }).First.ClickAsync();
        var form = where.Locator("details[open]");
        if (fill is not null)
        {
            await fill(form);
        }

        await form.GetByLabel("Why, for the audit").FillAsync(why);
        await form.GetByRole(AriaRole.Button, new() { Name = label }).ClickAsync();
    }
}
