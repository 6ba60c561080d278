using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Deprovisioner.Console.Tests.Browser;
using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Testing;
using Microsoft.Playwright;

namespace Deprovisioner.Console.Tests.SignIn;

/// <summary>People and programs of an identity provider that somebody else wrote, in a real browser, over TLS.</summary>
[Collection(nameof(ConsoleSite))]
public sealed partial class OidcTests(ConsoleSite site, Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private readonly TemporaryFolder folder = new("oidc");
    private OidcProvider provider = null!;
    private Uri console = null!;

    public async Task InitializeAsync()
    {
        await Certificates.Make(folder);
        console = new Uri($"https://127.0.0.1:{LoopbackPort.Free()}");
        provider = await OidcProvider.Start(console);
        await site.NewConsoleAt(
            console,
            [.. provider.ConsoleSettings().SelectMany(setting => new[] { "--" + setting.Key, setting.Value }), "--Kestrel:Certificates:Default:Path", folder["server.pem"], "--Kestrel:Certificates:Default:KeyPath", folder["server.key"]]);
    }

    public Task DisposeAsync()
    {
        provider.Dispose();
        folder.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task Whoever_signs_in_acts_under_their_own_name_until_they_sign_out(int width, ColorScheme colours)
    {
        var page = await chromium.Open(console, width, colours);
        var soundness = new Soundness(page);
        await page.SignIn("olga", "/systems");
        await Assertions.Expect(page.Locator(".who")).ToHaveTextAsync("olga");
        await soundness.Look($"signed-in-{width}-{colours}");
        await page.Locator("#archive").Act("Pause", $"olga said so {width}");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("archive is paused.");
        await site.Done(Storage.Asking.ActRequest.Resume(new("the-test", "again"), "archive"));
        Assert.Equal("olga", await site.Scalar<string>($"select who from operator_acts where why = 'olga said so {width}'"));

        var cookie = Assert.Single(await page.Context.CookiesAsync(), cookie => cookie.Name.Contains("deprovisioner", StringComparison.Ordinal));
        Assert.Equal(("__Host-deprovisioner", true, true, SameSiteAttribute.Lax), (cookie.Name, cookie.Secure, cookie.HttpOnly, cookie.SameSite));
        Assert.DoesNotContain("olga", cookie.Value, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Signed out");
        Assert.DoesNotContain(await page.Context.CookiesAsync(), cookie => cookie.Name.Contains("deprovisioner", StringComparison.Ordinal));
        await soundness.Look($"signed-out-{width}-{colours}");
        soundness.Holds();

        // The provider knows them still, until they leave it too.
        await page.GotoAsync("/systems");
        await Assertions.Expect(page.Locator(".who")).ToHaveTextAsync("olga");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign out there too" }).ClickAsync();
        await page.Locator("button[value=yes]").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Signed out");
        await page.GotoAsync("/systems");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("The company's sign-in");
    }

    [Fact]
    public async Task What_is_not_for_somebody_is_not_shown_and_refused_in_words_for_people()
    {
        var page = await chromium.Open(console, 1280, ColorScheme.Light);
        var soundness = new Soundness(page);
        await page.SignIn("vera", "/systems");
        await Assertions.Expect(page.Locator("#warehouse")).ToBeVisibleAsync();
        Assert.Equal(0, await page.Locator("form[action^='/do']").CountAsync());
        Assert.Equal(0, await page.GetByRole(AriaRole.Link, new() { Name = "Audit" }).CountAsync());

        var refused = await page.GotoAsync("/audit");

        Assert.Equal(403, refused!.Status);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("This needs the role auditor. You are vera: viewer.");
        await soundness.Look("refused-1280-light");
        soundness.Holds(but: fault => fault.Contains("status of 403", StringComparison.Ordinal));
        await Eventually.True("the audit to tell of it", async () => await site.Scalar<long>("select count(*) from audit where type = 'access-refused' and convert_from(payload, 'UTF8') like '%vera%'") > 0);
    }

    [Fact]
    public async Task Who_has_no_role_sees_nothing_and_can_become_somebody_else()
    {
        var page = await chromium.Open(console, 390, ColorScheme.Dark);
        await page.SignIn("nobody", "/");

        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You are nobody, and have no role here.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Signed out");
    }

    [Fact]
    public async Task A_programs_token_is_believed_where_it_is_for_us_and_whole()
    {
        var token = await provider.TokenOf("hris");

        Assert.Equal(HttpStatusCode.Accepted, await Publish(token, "P-by-token"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Publish(await provider.TokenOf("robot"), "P-by-robot"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Publish(Forged(token), "P-by-forger"));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(token, "/api/v1/systems"));
        await Eventually.True("the event to be taken in", async () => await site.Scalar<long>("select count(*) from inbox where person_id = 'P-by-token'") == 1);
        Assert.Equal(0, await site.Scalar<long>("select count(*) from inbox where person_id in ('P-by-robot', 'P-by-forger')"));
    }

    [Fact]
    public async Task A_sign_in_that_did_not_begin_here_is_refused_in_words()
    {
        var page = await chromium.Open(console, 1280, ColorScheme.Light);

        var answer = await page.GotoAsync("/signin-oidc?code=stolen&state=forged");

        Assert.Equal(401, answer!.Status);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Signing in did not work");
    }

    [Theory]
    [InlineData("https", HttpStatusCode.Redirect)]
    [InlineData("http", HttpStatusCode.ServiceUnavailable)]
    public async Task Behind_a_proxy_people_are_led_back_to_the_address_that_they_see(string scheme, HttpStatusCode expected)
    {
        using var companys = await OidcProvider.Start(new Uri("https://console.example.test"));
        var behind = await site.NewConsole([.. companys.ConsoleSettings().SelectMany(setting => new[] { "--" + setting.Key, setting.Value }), "--ForwardedHeaders_Enabled", "true"]);
        using var browser = site.As(null, behind);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "console.example.test" } };
        request.Headers.Add("X-Forwarded-Proto", scheme);

        using var answer = await browser.SendAsync(request);

        // The provider knows the address with https and no other.
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Where_the_provider_is_away_people_read_that_and_programs_go_on()
    {
        var alone = await site.NewConsole("--Deprovisioner:Console:Oidc:Authority", $"http://127.0.0.1:{LoopbackPort.Free()}", "--Deprovisioner:Console:Oidc:AllowHttp", "true", "--Deprovisioner:Console:Oidc:ClientId", OidcProvider.ClientId);
        var page = await chromium.Open(alone, 1280, ColorScheme.Light);

        var answer = await page.GotoAsync("/");
        using var program = site.As(Storage.Access.AccessRoles.Viewer, alone);
        using var systems = await program.GetAsync("/api/v1/systems");

        Assert.Equal(503, answer!.Status);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("The identity provider, at which people sign in, does not answer");
        Assert.Equal(HttpStatusCode.OK, systems.StatusCode);
    }

    /// <summary>The same, claiming to be somebody else.</summary>
    private static string Forged(string token)
    {
        var parts = token.Split('.');
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Replace('-', '+').Replace('_', '/').PadRight((parts[1].Length + 3) / 4 * 4, '=')));
        var other = Names().Replace(claims, "\"preferred_username\":\"chief\"");
        return $"{parts[0]}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(other)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.{parts[2]}";
    }

    private async Task<HttpStatusCode> Publish(string token, string person)
    {
        using var body = new StringContent(Company.Hired(person, person).ToJsonString(), Encoding.UTF8, "application/cloudevents+json");
        return await Answer(new HttpRequestMessage(HttpMethod.Post, new Uri(console, "/ingest/hr-events")) { Content = body }, token);
    }

    private Task<HttpStatusCode> Status(string token, string path) => Answer(new HttpRequestMessage(HttpMethod.Get, new Uri(console, path)), token);

    private async Task<HttpStatusCode> Answer(HttpRequestMessage request, string token)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var authority = X509CertificateLoader.LoadCertificateFromFile(folder["ca.pem"]);
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority } };
        using var client = new HttpClient(handler);
        using (request)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [GeneratedRegex("\"preferred_username\":\"[^\"]*\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
