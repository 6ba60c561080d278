using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;
using Deprovisioner.Testing;

namespace Deprovisioner.Console.Tests.Ingress;

/// <summary>HR events by HTTP, in the three content modes of CloudEvents.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class IngestTests(ConsoleSite site)
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public async Task A_structured_event_is_decided()
    {
        using var answer = await Send(Company.Hired("P-structured", "structured").ToJsonString(), "application/cloudevents+json");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Decided("hired-P-structured");
        var sender = await site.Scalar<string>("select sender from inbox where event_id = 'hired-P-structured'");
        Assert.Equal($"key:{AccessRoles.Publisher}-of-the-test", sender);
        Assert.Equal(1, await site.Scalar<long>($"select count(*) from audit where type = 'event-decided' and convert_from(payload, 'UTF8') like '%\"id\":\"hired-P-structured\"%\"sender\":\"{sender}\"%'"));
        using var reader = site.As(AccessRoles.Viewer);
        var page = await reader.GetStringAsync(new Uri($"/events/{await site.Scalar<long>("select inbox_id from inbox where event_id = 'hired-P-structured'")}", UriKind.Relative));
        Assert.Contains($"Brought by <b>{sender}</b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_event_has_its_attributes_in_headers()
    {
        var hr = Company.Hired("P-binary", "binary");
        using var client = site.As(AccessRoles.Publisher);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/hr-events") { Content = JsonContent.Create(hr["data"]) };
        foreach (var name in new[] { "specversion", "id", "source", "type", "subject", "time" })
        {
            request.Headers.Add($"ce-{name}", Uri.EscapeDataString((string)hr[name]!));
        }

        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await Decided("hired-P-binary");
    }

    [Fact]
    public async Task Of_a_batch_what_is_no_event_is_kept_and_named_and_the_rest_is_decided()
    {
        using var answer = await Send($"[{Company.Hired("P-batch", "batch").ToJsonString()}, {{\"id\": \"no-event-at-all\"}}]", "application/cloudevents-batch+json");
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(["accepted", "quarantined"], problem["events"]!.AsArray().Select(e => (string)e!["result"]!));
        await Decided("hired-P-batch");
        await Eventually.True("the other one to be in quarantine", async () => await site.Scalar<long>("select count(*) from quarantine where convert_from(raw, 'UTF8') like '%no-event-at-all%'") == 1);
    }

    [Theory]
    [InlineData("not json at all {", "application/cloudevents+json")]
    [InlineData("not json at all [", "application/cloudevents-batch+json")]
    public async Task What_is_no_json_is_in_quarantine_as_it_came(string body, string type)
    {
        using var answer = await Send(body, type);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await Eventually.True("it to be in quarantine", async () => await site.Scalar<long>($"select count(*) from quarantine where raw = convert_to('{body}', 'UTF8') and sender = 'key:{AccessRoles.Publisher}-of-the-test'") == 1);
    }

    [Theory]
    [InlineData("{}", "application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("{}", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("[]", "application/cloudevents-batch+json", HttpStatusCode.BadRequest)]
    public async Task What_is_meant_for_another_address_is_not_taken(string body, string type, HttpStatusCode status)
    {
        using var answer = await Send(body, type);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused_and_not_read_to_its_end()
    {
        var url = await site.NewConsole("--Deprovisioner:Console:Ingress:MaxBytes", "2048");

        using var answer = await Send(new string(' ', 4096), "application/cloudevents+json", url);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Whoever_sends_too_often_is_told_when_to_come_again()
    {
        var url = await site.NewConsole("--Deprovisioner:Console:Ingress:PerMinute", "2");
        using var first = await Send("[]", "application/cloudevents-batch+json", url);
        using var second = await Send("[]", "application/cloudevents-batch+json", url);

        using var third = await Send("[]", "application/cloudevents-batch+json", url);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests), (second.StatusCode, third.StatusCode));
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task A_signature_is_asked_for_where_a_secret_is_set()
    {
        var url = await site.NewConsole("--Deprovisioner:Console:Ingress:Secret", "whsec_" + Convert.ToBase64String(Key));
        var body = Company.Hired("P-signed", "signed").ToJsonString();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        using var signed = await Send(body, "application/cloudevents+json", url, ("msg-1", now, Signature("msg-1", now, body)));
        using var unsigned = await Send(body, "application/cloudevents+json", url);
        using var forged = await Send(body + " ", "application/cloudevents+json", url, ("msg-1", now, Signature("msg-1", now, body)));
        using var old = await Send(body, "application/cloudevents+json", url, ("msg-1", now - 600, Signature("msg-1", now - 600, body)));

        Assert.Equal(HttpStatusCode.Accepted, signed.StatusCode);
        Assert.All([unsigned, forged, old], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
        await Decided("hired-P-signed");
    }

    private static string Signature(string id, long at, string body) => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{id}.{at}.{body}")));

    private Task Decided(string id)
        => Eventually.True($"{id} to be decided", async () => await site.Scalar<long>($"select count(*) from inbox where event_id = '{id}'") == 1 && await site.Scalar<long>("select count(*) from ingress_events") == 0);

    private async Task<HttpResponseMessage> Send(string body, string type, Uri? url = null, (string Id, long At, string Signature)? signed = null)
    {
        using var client = site.As(AccessRoles.Publisher, url);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest/hr-events") { Content = new StringContent(body, Encoding.UTF8, type) };
        if (signed is { } headers)
        {
            request.Headers.Add("webhook-id", headers.Id);
            request.Headers.Add("webhook-timestamp", $"{headers.At}");
            request.Headers.Add("webhook-signature", headers.Signature);
        }

        return await client.SendAsync(request);
    }
}
