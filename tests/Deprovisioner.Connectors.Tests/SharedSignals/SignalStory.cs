using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.SharedSignals;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.SharedSignals;

/// <summary>A receiver, and the product's own host that tells it things.</summary>
internal sealed class SignalStory : IAsyncDisposable
{
    public const string Issuer = "https://deprovisioner.example.test";
    public const string Audience = "https://crm.example.test";
    public const string Token = "the-token-of-the-receiver";
    public const string Email = "ada@example.test";

    private static readonly string Key = NewKey();

    private readonly SystemSettings settings;

    private SignalStory(WebhookTarget receiver, IReadOnlyDictionary<string, string> more, bool observe)
    {
        Receiver = receiver;
        receiver.Answer = WebhookTarget.Status(202);
        settings = With(receiver.Url + "/events", more) with { Observe = observe };
        Host = new ConformanceHost(new SharedSignalsKind(), settings);
    }

    public WebhookTarget Receiver { get; }

    public ConformanceHost Host { get; }

    /// <summary>What it was told, in order.</summary>
    public IReadOnlyList<string> Told => [.. Receiver.Requests.Where(request => request.Method == "POST").Select(request => request.Body)];

    public static async Task<SignalStory> Begin(bool observe = false, params (string Key, string Value)[] more)
        => new(await WebhookTarget.StartAsync(), more.ToDictionary(m => m.Key, m => m.Value), observe);

    public static SystemSettings With(string url, IReadOnlyDictionary<string, string> more)
    {
        var values = new Dictionary<string, string> { ["url"] = url, ["token"] = Token, ["issuer"] = Issuer, ["audience"] = Audience, ["signingKey"] = Key };
        foreach (var (key, value) in more)
        {
            values[key] = value;
        }

        return new() { Name = new SystemName("crm-signals"), Connector = "shared-signals", Values = values, Limits = new SystemLimits { Timeout = TimeSpan.FromSeconds(2) } };
    }

    public static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>A step about somebody.</summary>
    public StepCommand Step(StepAction action) => ConformanceHost.Command(settings with { Match = new AccountMatch(null, "person.email") }, action, Email);

    /// <summary>The public key that a check shows.</summary>
    public static string KeyIn(Deprovisioner.Connectors.Sdk.SystemCheck check)
        => check.Findings[0].Subject is var text ? text[text.IndexOf('{', StringComparison.Ordinal)..] : throw new InvalidOperationException("No finding.");

    /// <summary>The claims of what it was told last, verified by the key that it was given.</summary>
    public async Task<JsonObject> Verified() => (await SignedTokens.Verify(Told[^1], KeyIn(await Host.Check()), Issuer, Audience, "secevent+jwt")).Claims;

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
