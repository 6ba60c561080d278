using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Others are told by security event tokens: one receiver is sent them, another fetches them from the console.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed partial class When_receivers_are_told(Company company)
{
    private const string Issuer = "https://deprovisioner.example.test";

    private const string Rescinded = """
          - {name: rescinded, when: {event: termination-rescinded}, retry: {first: 500ms, max: 2s, for: 10m}, stages: [{name: restore, steps: [{system: "*", action: restore-account}]}]}
        """;

    [Fact]
    public async Task Each_learns_that_somebody_left_and_that_it_was_taken_back_and_a_step_is_done_when_the_receiver_has_it()
    {
        using var secrets = new TemporaryFolder("signals");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var sent = await WebhookTarget.StartAsync();
        sent.Answer = context => WebhookTarget.Status(context.Request.ContentLength > 0 ? 202 : 400)(context);
        var console = $"http://127.0.0.1:{LoopbackPort.Free()}";
        await using var product = await company.Install(new StoryOptions { MoreSystems = Systems(sent.Url, console, secrets), MorePolicies = Rescinded });
        var environment = product.Environment();
        environment["SIGNING_KEY"] = key.ExportPkcs8PrivateKeyPem();
        await product.StartWorker(environment);
        product.StartConsole(console);
        secrets.Write("transmitter", await Key(product, "deprovisioner", "transmitter"));
        using var receiver = new HttpClient { BaseAddress = new Uri(console) };
        receiver.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await Key(product, "crm-app", "receiver"));
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Hired(leaver));
        await product.TakenIn(1);

        await product.Publish(HrEvents.Terminated(leaver));
        var disabled = await Fetch(receiver);
        Assert.Equal(1, await product.Query<long>("select count(*) from steps where system = 'fetching' and action = 'disable-account' and status in ('due', 'in-flight')"));
        await Acknowledge(receiver, disabled);
        var revoked = await Fetch(receiver);
        await Acknowledge(receiver, revoked);
        await product.Completed(1);

        var check = JsonNode.Parse(await product.CliWith(environment, "systems", "check", "pushed", "--json"))![0]!;
        var published = PublicKey().Match((string)check["findings"]![0]!["subject"]!).Value;
        Assert.Equal(["account-disabled", "session-revoked"], await Told([.. sent.Requests.Where(r => r.Body.Length > 0).Select(r => r.Body)], published, "https://pushed.example.test", leaver));
        Assert.Equal(["account-disabled", "session-revoked"], await Told([disabled, revoked], published, "https://fetching.example.test", leaver));
        Assert.Equal(4, (await product.Outcomes(leaver)).Count(o => o is "pushed disable-account changed by-answer" or "pushed revoke-sessions changed by-answer" or "fetching disable-account changed by-answer" or "fetching revoke-sessions changed by-answer"));

        await product.Publish(HrEvents.Of("termination-rescinded", leaver, 3, []));
        var enabled = await Fetch(receiver);
        await Acknowledge(receiver, enabled);
        await product.Completed(2);
        Assert.Equal(["account-enabled"], await Told([sent.Requests[^1].Body], published, "https://pushed.example.test", leaver));
        Assert.Equal(["account-enabled"], await Told([enabled], published, "https://fetching.example.test", leaver));
        await product.AuditIsVerified();
    }

    private static string Systems(string receiver, string console, TemporaryFolder secrets) => string.Join("\n  ", new[]
    {
        $"pushed: {{connector: shared-signals, url: \"{receiver}/events\", issuer: \"{Issuer}\", audience: \"https://pushed.example.test\", signingKey: \"${{env:SIGNING_KEY}}\"}}",
        $"fetching: {{connector: shared-signals, delivery: poll, url: \"{console}/signals/crm-app\", token: \"${{file:{secrets["transmitter"]}}}\", issuer: \"{Issuer}\", audience: \"https://fetching.example.test\", signingKey: \"${{env:SIGNING_KEY}}\"}}",
    });

    private static async Task<string> Key(Installation product, string name, string role)
        => ApiKey().Match(await product.Cli("keys", "create", name, "--role", role, "--days", "1", "--why", "the story")).Value;

    /// <summary>What the events are called, of tokens that are ours, for this audience, and about this person.</summary>
    private static async Task<IReadOnlyList<string>> Told(IReadOnlyList<string> tokens, string key, string audience, Employee who)
    {
        var names = new List<string>();
        foreach (var token in tokens)
        {
            var (_, claims) = await SignedTokens.Verify(token, key, Issuer, audience, "secevent+jwt");
            Assert.Equal(who.Mail, (string?)claims["sub_id"]!["email"]);
            names.Add(Assert.Single(claims["events"]!.AsObject()).Key.Split('/')[^1]);
        }

        return names;
    }

    /// <summary>The next token, which it waits for as a receiver does.</summary>
    private static async Task<string> Fetch(HttpClient receiver)
        => await Eventually.Value("a token to be there", async () => (string?)(await Poll(receiver, "{}"))["sets"]!.AsObject().SingleOrDefault().Value, TimeSpan.FromSeconds(60));

    private static Task<JsonObject> Acknowledge(HttpClient receiver, string token)
    {
        var jti = (string?)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!["jti"];
        return Poll(receiver, $$"""{"maxEvents": 0, "ack": ["{{jti}}"]}""");
    }

    private static async Task<JsonObject> Poll(HttpClient receiver, string request)
    {
        using var body = new StringContent(request, new MediaTypeHeaderValue("application/json"));
        using var answer = await receiver.PostAsync("/signals/crm-app/poll", body);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    [GeneratedRegex(@"dpk_[a-z2-7]{16}_[\w-]+", RegexOptions.None, 1000)]
    private static partial Regex ApiKey();

    [GeneratedRegex(@"\{.*\}", RegexOptions.None, 1000)]
    private static partial Regex PublicKey();
}
