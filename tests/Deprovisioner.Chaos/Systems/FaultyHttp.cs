using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Deprovisioner.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Chaos.Systems;

/// <summary>What requests meet.</summary>
internal enum HttpFault
{
    None,

    /// <summary>The connection is reset.</summary>
    Down,

    /// <summary>Answers take long, within the time-out.</summary>
    Slow,

    /// <summary>429 with Retry-After in seconds.</summary>
    ThrottledForSeconds,

    /// <summary>429 with Retry-After as a date.</summary>
    ThrottledUntilDate,

    /// <summary>429 without a word for how long.</summary>
    Throttled,

    /// <summary>Does it, and answers after the caller's time-out.</summary>
    AnswersTooLate,

    /// <summary>Says 204 to a change, and does nothing.</summary>
    DoesNothing,

    /// <summary>500, 502 or 503.</summary>
    Failing,

    /// <summary>401, whatever the credential.</summary>
    Refusing,
}

/// <summary>An HTTP proxy in front of the SCIM server, with faults, and the log of every change that reached it.</summary>
internal sealed class FaultyHttp : IAsyncDisposable
{
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(3);

    private readonly WebApplication web;
    private readonly HttpClient target;
    private readonly TimeProvider clock;
    private readonly ConcurrentQueue<(DateTimeOffset At, string Path, string Body)> changes = new();
    private int requests;
    private volatile HttpFault fault;

    private FaultyHttp(Uri targetUrl, TimeProvider clock)
    {
        this.clock = clock;
        target = new HttpClient { BaseAddress = targetUrl };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        Port = LoopbackPort.Free();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Port}");
        web = builder.Build();
        web.Run(Answer);
    }

    public int Port { get; }

    /// <summary>Every change that the server took: when, which resource, and the request's body.</summary>
    public IReadOnlyCollection<(DateTimeOffset At, string Path, string Body)> Changes => changes;

    public static async Task<FaultyHttp> Start(Uri target, TimeProvider clock)
    {
        var proxy = new FaultyHttp(target, clock);
        await proxy.web.StartAsync();
        return proxy;
    }

    public void Set(HttpFault next) => fault = next;

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        target.Dispose();
    }

    private async Task Answer(HttpContext context)
    {
        var isChange = !HttpMethods.IsGet(context.Request.Method);
        switch (fault)
        {
            case HttpFault.Down:
                context.Abort();
                return;
            case HttpFault.Slow:
                await Task.Delay(TimeSpan.FromMilliseconds(700), clock, context.RequestAborted);
                break;
            case HttpFault.ThrottledForSeconds:
                Throttle(context, "2");
                return;
            case HttpFault.ThrottledUntilDate:
                Throttle(context, (clock.GetUtcNow() + TimeSpan.FromSeconds(3)).ToString("R", CultureInfo.InvariantCulture));
                return;
            case HttpFault.Throttled:
                Throttle(context, null);
                return;
            case HttpFault.DoesNothing when isChange:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            case HttpFault.Failing:
                context.Response.StatusCode = (Interlocked.Increment(ref requests) % 3) switch { 0 => 500, 1 => 502, _ => 503 };
                return;
            case HttpFault.Refusing:
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            default:
                break;
        }

        // Once it is under way it is done, whether or not the caller still waits.
        var late = fault is HttpFault.AnswersTooLate;
        using var answer = await Forward(context.Request, isChange);
        if (late)
        {
            await Task.Delay(TooLate, clock);
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (answer.StatusCode != HttpStatusCode.NoContent)
        {
            await answer.Content.CopyToAsync(context.Response.Body);
        }
    }

    private async Task<HttpResponseMessage> Forward(HttpRequest from, bool isChange)
    {
        using var reader = new StreamReader(from.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        using var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(target.BaseAddress!, from.Path + from.QueryString.Value));
        request.Headers.TryAddWithoutValidation("Authorization", from.Headers.Authorization.ToString());
        if (body.Length > 0)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(from.ContentType ?? "application/scim+json");
        }

        var at = clock.GetUtcNow();
        var answer = await target.SendAsync(request);
        if (isChange && answer.IsSuccessStatusCode)
        {
            changes.Enqueue((at, from.Path.ToString(), body));
        }

        return answer;
    }

    private static void Throttle(HttpContext context, string? retryAfter)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }
    }
}
