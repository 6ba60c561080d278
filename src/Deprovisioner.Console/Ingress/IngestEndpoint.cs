using System.Globalization;
using System.Threading.RateLimiting;
using Deprovisioner.Console.Api;
using Deprovisioner.Console.Settings;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Ingress;

/// <summary>What is answered of one message.</summary>
/// <param name="Id">The event's; null where it has none.</param>
/// <param name="Result"><c>accepted</c>, or <c>quarantined</c>.</param>
/// <param name="Reason">What is wrong with it; null: nothing.</param>
internal sealed record IngestedEvent(string? Id, string Result, string? Reason);

/// <summary><c>POST /ingest/hr-events</c>: 202 once the events are committed. What is no valid event is committed as well, so that it ends in quarantine, and told of with 400.</summary>
internal sealed class IngestEndpoint(IngressEvents events, IngressSettings settings, TimeProvider clock) : IDisposable
{
    /// <summary>In one batch.</summary>
    private const int MostEvents = 1_000;

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = settings.PerMinute,
        TokensPerPeriod = Math.Max(1, settings.PerMinute / 60),
        ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1, 60.0 / settings.PerMinute)),
    }));

    public static void Map(WebApplication web)
        => web.MapPost("/ingest/hr-events", (HttpContext http, [FromServices] IngestEndpoint endpoint) => endpoint.Take(http)).RequireAuthorization(Access.Publish)
            .WithTags("ingest").WithSummary("Send HR events as CloudEvents: structured, batched or binary")
            .Takes("application/cloudevents+json", "application/cloudevents-batch+json", "application/json")
            .Produces<IReadOnlyList<IngestedEvent>>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public async Task<IResult> Take(HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(http.User.Who());
        if (!lease.IsAcquired)
        {
            var after = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
            http.Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problems.Answer(StatusCodes.Status429TooManyRequests, $"More than {settings.PerMinute} requests a minute.");
        }

        if (CloudEventsOverHttp.Unsupported(http.Request) is { } unsupported)
        {
            return Problems.Answer(StatusCodes.Status415UnsupportedMediaType, unsupported);
        }

        var body = await Body(http);
        if (settings.Key is { } key && EventSignature.Fault(http.Request.Headers, body, key, clock.GetUtcNow()) is { } fault)
        {
            return Problems.Answer(StatusCodes.Status403Forbidden, fault);
        }

        var messages = CloudEventsOverHttp.Messages(http.Request, body);
        if (messages.Count is 0 or > MostEvents)
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, $"A batch has 1 to {MostEvents} events, and this one {messages.Count}: nothing of it was taken in.");
        }

        await events.Keep(messages, http.User.Who(), http.RequestAborted);
        return Answer([.. messages.Select(Judged)]);
    }

    public void Dispose() => limiter.Dispose();

    private static IResult Answer(IReadOnlyList<IngestedEvent> judged)
        => judged.All(e => e.Reason is null)
            ? Results.Accepted(uri: null, judged)
            : Results.Problem(new ProblemDetails
            {
                Status = StatusCodes.Status400BadRequest,
                Title = "Not all are valid events",
                Detail = $"{judged.Count(e => e.Reason is not null)} of {judged.Count} are no valid HR events. They are kept in quarantine; the others are accepted.",
                Extensions = { ["events"] = judged },
            });

    private static IngestedEvent Judged(byte[] message)
        => HrEventParser.Parse(message) switch
        {
            HrEventParse.Valid valid => new(valid.Event.Id, "accepted", null),
            HrEventParse.Invalid invalid => new(invalid.Id, "quarantined", invalid.Detail),
            _ => throw new InvalidOperationException("Not a parse."),
        };

    private async Task<byte[]> Body(HttpContext http)
    {
        // Beyond it reading ends with 413.
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = settings.MaxBytes;
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.ToArray();
    }
}
