using System.Net;
using System.Net.Http.Json;
using Deprovisioner.Console.Settings;
using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;
using Deprovisioner.Storage.Asking;

namespace Deprovisioner.Console.Tests.SignIn;

/// <summary>Who is let in, and for how long.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class SignInTests(ConsoleSite site)
{
    [Fact]
    public async Task A_key_that_was_taken_back_lets_nobody_in()
    {
        var key = await site.NewKey("short-lived", [AccessRoles.Viewer]);
        using var client = site.Bearing(key);
        using var before = await client.GetAsync("/api/v1/systems");
        Assert.True(ApiKeyText.TryParse(key, out var text));

        await site.Done(ActRequest.RevokeKey(new Asker("the-test", "it leaked"), text.Id));
        using var after = await client.GetAsync("/api/v1/systems");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task A_key_that_has_expired_lets_nobody_in()
    {
        using var client = site.Bearing(await site.NewKey("for-a-moment", [AccessRoles.Viewer], TimeSpan.FromSeconds(2)));

        await Testing.Eventually.True("the key to expire", async () =>
        {
            using var answer = await client.GetAsync("/api/v1/systems");
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });
    }

    [Fact]
    public async Task A_key_is_kept_as_a_hash_and_written_nowhere()
    {
        var key = await site.NewKey("looked-for", [AccessRoles.Viewer]);
        var secret = key[(key.LastIndexOf('_', key.Length - 44) + 1)..];

        Assert.Equal(0, await site.Scalar<long>($"select count(*) from operator_acts where details::text like '%{secret}%'"));
        Assert.Equal(0, await site.Scalar<long>($"select count(*) from audit where convert_from(payload, 'UTF8') like '%{secret}%'"));
        Assert.True(ApiKeyText.TryParse(key, out var text));
        Assert.DoesNotContain(secret, text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_presents_wrong_keys_again_and_again_is_not_listened_to_for_a_while()
    {
        var url = await site.NewConsole();
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 11; attempt++)
        {
            using var client = site.Bearing(ApiKeyText.New().Reveal(), url);
            using var answer = await client.GetAsync("/api/v1/systems");
            statuses.Add(answer.StatusCode);
        }

        using var good = site.As(AccessRoles.Viewer, url);
        using var locked = await good.GetAsync("/api/v1/systems");

        Assert.All(statuses[..10], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (statuses[10], locked.StatusCode));
        Assert.NotNull(locked.Headers.RetryAfter);
    }

    [Fact]
    public async Task Local_mode_lets_in_who_is_at_this_machine_and_says_so()
    {
        var url = await site.NewConsole("--Deprovisioner:Console:Local", "true");
        using var client = site.As(null, url);

        var page = await client.GetStringAsync("/");
        using var act = await client.PostAsJsonAsync("/api/v1/systems/archive/resume", new { why = "to see" });

        Assert.Contains("Local mode", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, act.StatusCode);
    }

    [Theory]
    [InlineData("deprovisioner.example.test", null)]
    [InlineData("127.0.0.1", "cross-site")]
    [InlineData("127.0.0.1", "same-site")]
    public async Task In_local_mode_no_other_sites_page_can_act(string host, string? from)
    {
        var url = await site.NewConsole("--Deprovisioner:Console:Local", "true");
        using var client = site.As(null, url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/systems/archive/resume") { Content = JsonContent.Create(new { why = "a trick" }), Headers = { Host = host } };
        if (from is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", from);
        }

        using var answer = await client.SendAsync(request);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal(0, await site.Scalar<long>("select count(*) from operator_acts where why = 'a trick'"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://[::]:0")]
    public void Local_mode_listens_on_this_machine_only(string urls)
    {
        var error = Assert.Throws<ConsoleSettingsException>(() => ConsoleHost.Build(["--urls", urls, "--ConnectionStrings:Deprovisioner", "Host=127.0.0.1", "--Deprovisioner:Console:Local", "true"]));

        Assert.Contains("127.0.0.1 only", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Deprovisioner:Console:Oidc:Authority", "http://login.example.test", "https")]
    [InlineData("Deprovisioner:Console:Ingress:Secret", "short", "whsec_")]
    [InlineData("Deprovisioner:Console:Lokal", "true", "Lokal")]
    public void A_setting_that_cannot_be_is_told_of(string name, string value, string says)
    {
        var error = Assert.Throws<ConsoleSettingsException>(() => ConsoleHost.Build(["--ConnectionStrings:Deprovisioner", "Host=127.0.0.1", "--" + name, value]));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_keep_it_apart()
    {
        using var client = site.As(AccessRoles.Viewer);
        using var answer = await client.GetAsync("/");

        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }
}
