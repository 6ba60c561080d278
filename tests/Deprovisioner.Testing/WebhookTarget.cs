using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Testing;

/// <summary>A request as it came.</summary>
public sealed record ReceivedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>An HTTP server on loopback that keeps what it gets and answers as it is told.</summary>
public sealed class WebhookTarget : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedRequest> requests = new();
    private readonly WebApplication web;

    private WebhookTarget(WebApplication web) => this.web = web;

    public string Url => web.Urls.First();

    /// <summary>What it got so far, in order.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. requests];

    /// <summary>What it answers; 204 unless told.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Status(204);

    /// <param name="certificates">A folder with <c>server.pem</c> and <c>server.key</c>; null: plain HTTP.</param>
    public static async Task<WebhookTarget> StartAsync(TemporaryFolder? certificates = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificates is not null)
            {
                listen.UseHttps(X509Certificate2.CreateFromPemFile(certificates["server.pem"], certificates["server.key"]));
            }
        }));
        var target = new WebhookTarget(builder.Build());
        target.web.Run(target.Take);
        await target.web.StartAsync();
        return target;
    }

    public static Func<HttpContext, Task> Status(int status, params (string Name, string Value)[] headers)
        => context =>
        {
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            return Task.CompletedTask;
        };

    /// <summary>Answers nothing until whoever asked has hung up.</summary>
    public static Task Hang(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    public async ValueTask DisposeAsync() => await web.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        requests.Enqueue(new(
            context.Request.Method, context.Request.Path, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync(context.RequestAborted)));
        await Answer(context);
    }
}
