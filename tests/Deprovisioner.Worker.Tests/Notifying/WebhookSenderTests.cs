using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Storage;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Notifying;
using Deprovisioner.Worker.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Tests.Notifying;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    private static readonly OutboxMessage Event = new(
        4711, "deprovisioning.completed.v1", Guid.Parse("00000000-0000-0000-0000-00000000000a"), "{\"personId\": \"Müller\\n\"}", new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    private readonly TemporaryFolder folder = new("webhook");
    private readonly SetClock clock = new();
    private readonly ServiceProvider services = new ServiceCollection().AddSecrets().BuildServiceProvider();
    private WebhookTarget target = null!;
    private WebhookSender sender = null!;

    [Fact]
    public async Task A_request_is_a_structured_cloud_event_under_the_events_own_id()
    {
        Assert.Equal(new DeliveryAnswer(DeliveryResult.Delivered, "http-204"), await Send());

        var request = Assert.Single(target.Requests);
        Assert.Equal(("POST", "/hook", "4711"), (request.Method, request.Path, request.Headers["webhook-id"]));
        Assert.Equal("application/cloudevents+json; charset=utf-8", request.Headers["Content-Type"]);
        Assert.Equal(clock.Now.ToUnixTimeSeconds().ToString(), request.Headers["webhook-timestamp"]);
        Assert.DoesNotContain("traceparent", request.Headers.Keys);
        var body = JsonNode.Parse(request.Body)!;
        Assert.Equal(
            ("1.0", "4711", "/deprovisioner", "deprovisioning.completed.v1", Event.SagaId.ToString()),
            ((string)body["specversion"]!, (string)body["id"]!, (string)body["source"]!, (string)body["type"]!, (string)body["subject"]!));
        Assert.Equal("Müller\n", (string)body["data"]!["personId"]!);
    }

    /// <summary>With the very line of the README, by openssl.</summary>
    [Fact]
    public async Task Whoever_does_what_the_readme_says_finds_the_signature_of_each_secret()
    {
        await Send(Webhook(["new", "old"]));

        var request = Assert.Single(target.Requests);
        var signatures = request.Headers["webhook-signature"].Split(' ');
        Assert.Equal(2, signatures.Length);
        Assert.Equal(signatures[0], "v1," + await Signature(request, "new"));
        Assert.Equal(signatures[1], "v1," + await Signature(request, "old"));
        Assert.NotEqual(signatures[0], signatures[1]);
    }

    [Theory]
    [InlineData(500, DeliveryResult.NotNow)]
    [InlineData(404, DeliveryResult.NotNow)]
    [InlineData(410, DeliveryResult.Gone)]
    [InlineData(202, DeliveryResult.Delivered)]
    public async Task A_status_is_what_it_says(int status, DeliveryResult result)
    {
        target.Answer = WebhookTarget.Status(status);

        var answer = await Send();

        Assert.Equal((result, $"http-{status}"), (answer.Result, answer.Code));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Mon, 02 Mar 2026 09:10:00 GMT", 600)]
    [InlineData("soon", null)]
    public async Task The_time_that_a_receiver_asks_for_is_read_as_seconds_and_as_a_date(string asked, int? seconds)
    {
        target.Answer = WebhookTarget.Status(429, ("Retry-After", asked));

        var answer = await Send();

        Assert.Equal(DeliveryResult.NotNow, answer.Result);
        Assert.Equal(seconds is { } after ? clock.Now.AddSeconds(after) : null, answer.RetryAt);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var elsewhere = await WebhookTarget.StartAsync();
        target.Answer = WebhookTarget.Status(status, ("Location", elsewhere.Url));

        var answer = await Send();

        Assert.Equal((DeliveryResult.NotNow, $"http-{status}"), (answer.Result, answer.Code));
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Whoever_gives_no_answer_is_waited_for_as_long_as_was_said()
    {
        target.Answer = WebhookTarget.Hang;

        Assert.Equal("timed-out", (await Send(Webhook(["new"]) with { Timeout = TimeSpan.FromMilliseconds(300) })).Code);
    }

    /// <summary>A body without an end would else hold the connection, and fill the memory.</summary>
    [Fact]
    public async Task Of_an_answer_no_body_is_read()
    {
        var port = LoopbackPort.Free();
        var sent = Endless(port);

        var answer = await Send(Webhook(["new"]) with { Url = $"http://127.0.0.1:{port}" });

        Assert.Equal(DeliveryResult.Delivered, answer.Result);
        Assert.InRange(await sent.WaitAsync(TimeSpan.FromSeconds(30)), 0, 64 * 1024 * 1024);
    }

    /// <summary>Answers 200 with a body that has no end, as far as somebody takes it. By hand, since a web server takes what nobody reads any more, and drops it. Gives how much was taken.</summary>
    private static async Task<long> Endless(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var piece = new byte[64 * 1024];
        Assert.NotEqual(0, await stream.ReadAsync(piece));
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"u8.ToArray());
        var sent = 0L;
        try
        {
            while (true)
            {
                await stream.WriteAsync(piece);
                sent += piece.Length;
            }
        }
        catch (IOException)
        {
            return sent;
        }
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_unreachable()
        => Assert.Equal("unreachable", (await Send(Webhook(["new"]) with { Url = $"http://127.0.0.1:{LoopbackPort.Free()}" })).Code);

    [Fact]
    public async Task A_certificate_counts_only_under_a_trusted_authority()
    {
        await Certificates.Make(folder);
        await using var secure = await WebhookTarget.StartAsync(folder);
        var webhook = Webhook(["new"]) with { Url = secure.Url };

        Assert.Equal("untrusted", (await Send(webhook)).Code);
        Assert.Equal("untrusted", (await Send(webhook with { CaFile = folder["other-ca.pem"] })).Code);
        Assert.Equal("misconfigured", (await Send(webhook with { CaFile = folder["nothing.pem"] })).Code);
        Assert.Equal(DeliveryResult.NotNow, (await Send(webhook with { Url = secure.Url.Replace("https", "http", StringComparison.Ordinal) })).Result);
        Assert.Empty(secure.Requests);
        Assert.Equal("http-204", (await Send(webhook with { CaFile = folder["ca.pem"] })).Code);
    }

    [Theory]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("no-prefix-c2hvcnQgYnV0IGxvbmcgZW5vdWdo")]
    public async Task With_a_weak_secret_nothing_is_sent_and_it_is_not_told(string secret)
    {
        folder.Write("weak", secret);

        var answer = await Send(Webhook(["weak"]));

        Assert.Equal("misconfigured", answer.Code);
        Assert.DoesNotContain(secret, answer.Error, StringComparison.Ordinal);
        Assert.Empty(target.Requests);
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_named_and_a_url_that_is_none_is_not_shown()
    {
        folder.Write("url", "ftp://user:hunter2@example.test/");

        Assert.Contains("nowhere", (await Send(Webhook(["nowhere"]))).Error, StringComparison.Ordinal);
        var answer = await Send(Webhook(["new"]) with { Url = $"${{file:{folder["url"]}}}" });
        Assert.Equal("misconfigured", answer.Code);
        Assert.DoesNotContain("hunter2", answer.Error, StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        foreach (var name in new[] { "new", "old" })
        {
            folder.Write(name, "whsec_" + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)) + "\n");
        }

        sender = new WebhookSender(services.GetRequiredService<ISecrets>(), clock);
        target = await WebhookTarget.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await target.DisposeAsync();
        sender.Dispose();
        await services.DisposeAsync();
        folder.Dispose();
    }

    private WebhookReceiver Webhook(string[] secrets)
        => new() { Name = "siem", Url = target.Url + "/hook", Secrets = [.. secrets.Select(name => $"${{file:{folder[name]}}}")] };

    private Task<DeliveryAnswer> Send(WebhookReceiver? webhook = null) => sender.Send(webhook ?? Webhook(["new"]), CloudEventText.Id(Event), CloudEventText.Of(Event), default);

    private async Task<string> Signature(ReceivedRequest request, string secret)
    {
        var readme = await File.ReadAllLinesAsync(Repository.PathOf("README.md"));
        var line = Assert.Single(readme, l => l.Contains("openssl dgst -sha256 -mac HMAC", StringComparison.Ordinal));
        folder.Write("body", request.Body);
        return (await ServerProcess.Run(
            "sh", ["-c", line],
            new Dictionary<string, string?> { ["id"] = request.Headers["webhook-id"], ["timestamp"] = request.Headers["webhook-timestamp"], ["secret"] = (await File.ReadAllTextAsync(folder[secret])).Trim() },
            folder.Path)).Output.Trim();
    }
}
