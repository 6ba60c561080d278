using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>Stands in front of a real management plugin: writes down what is asked as it is written on the wire, and may do something first.</summary>
internal sealed class ManagementRecorder : IAsyncDisposable
{
    private readonly List<string> asked = [];
    private readonly HttpClient http = new();
    private readonly WebApplication application;
    private readonly string upstream;

    private ManagementRecorder(string upstream, X509Certificate2? certificate)
    {
        this.upstream = upstream;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port =>
        {
            if (certificate is not null)
            {
                port.UseHttps(certificate);
            }
        }));
        application = builder.Build();
        application.Run(PassOnAsync);
    }

    /// <summary>Verb and target of all that was asked.</summary>
    public IReadOnlyList<string> Asked => asked;

    /// <summary>Those that change something.</summary>
    public IReadOnlyList<string> Writes => [.. asked.Where(a => !a.StartsWith("GET ", StringComparison.Ordinal))];

    /// <summary>Done before a request is passed on; what is given is answered instead, and nothing is passed on.</summary>
    public Func<string, Task<Answer?>> Before { get; set; } = _ => Task.FromResult<Answer?>(null);

    public string Url => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ManagementRecorder> StartAsync(string upstream, X509Certificate2? certificate = null)
    {
        var recorder = new ManagementRecorder(upstream, certificate);
        await recorder.application.StartAsync();
        return recorder;
    }

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        http.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var line = $"{context.Request.Method} {target}";
        asked.Add(line);
        if (await Before(line) is { } own)
        {
            if (own.Status == 0)
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = own.Status;
            await context.Response.WriteAsync(own.Body);
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(upstream + target));
        request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers.Authorization.ToString());
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        using var answer = await http.SendAsync(request);
        context.Response.StatusCode = (int)answer.StatusCode;
        if (context.Response.StatusCode is not (204 or 304))
        {
            await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>An answer of our own.</summary>
    /// <param name="Status">0: the connection is cut instead.</param>
    internal sealed record Answer(int Status, string Body = "");
}
