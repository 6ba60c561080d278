using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>
/// A SCIM endpoint that follows a script, for what a well-behaved server cannot show. It fails the test on a request that the script does not
/// have next, and on a step that was never used.
/// </summary>
internal sealed class ScriptedScim : IAsyncDisposable
{
    public const string Token = "scripted-token-0123456789";

    private readonly Queue<ScriptedStep> steps = new();
    private readonly List<string> surprises = [];
    private readonly List<ScriptedRequest> requests = [];
    private readonly WebApplication application;

    private readonly string authorization;

    private ScriptedScim(X509Certificate2? certificate, string authorization)
    {
        this.authorization = authorization;
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
        application.Run(AnswerAsync);
    }

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => requests;

    public string Url => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/scim/v2";

    /// <summary>Plays a script against a connector, and checks at the end that all of it was used and nothing else.</summary>
    public static async Task PlayAsync(
        Func<ScriptedScim, IConnector, Task> play,
        IReadOnlyDictionary<string, string>? settings = null,
        string? match = null,
        TimeSpan? timeout = null,
        TimeProvider? clock = null,
        X509Certificate2? certificate = null,
        string authorization = $"Bearer {Token}")
    {
        await using var script = new ScriptedScim(certificate, authorization);
        await script.application.StartAsync();
        await using var connector = ScimSystem.Open(script.Url, Token, settings, match, timeout, clock);
        try
        {
            await play(script, connector);
        }
        catch when (script.surprises.Count > 0)
        {
            // The surprise is the cause, what the play made of it only the consequence.
        }

        Assert.Empty(script.surprises);
        Assert.True(script.steps.Count == 0, $"Never asked: {string.Join(", ", script.steps)}");
    }

    public static JsonObject User(string id, string userName, bool active = true)
        => new() { ["id"] = id, ["userName"] = userName, ["active"] = active };

    public static JsonObject List(params JsonObject[] resources)
        => new() { ["totalResults"] = resources.Length, ["Resources"] = new JsonArray([.. resources.Select(r => r.DeepClone())]) };

    /// <summary>The next request must be this one.</summary>
    /// <param name="target">Below the service's base, decoded.</param>
    public ScriptedStep Expect(string method, string target)
    {
        var step = new ScriptedStep(method, target);
        steps.Enqueue(step);
        return step;
    }

    /// <summary>The next request must begin like this one.</summary>
    public ScriptedStep ExpectPrefix(string method, string target)
    {
        var step = new ScriptedStep(method, target, whole: false);
        steps.Enqueue(step);
        return step;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var raw = context.Request.Path + context.Request.QueryString;
        var body = await reader.ReadToEndAsync();
        var request = new ScriptedRequest(
            context.Request.Method, Uri.UnescapeDataString(raw)["/scim/v2".Length..], body, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()));
        requests.Add(request);
        if (request.Headers.GetValueOrDefault("Authorization") != authorization)
        {
            surprises.Add($"{request.Method} {request.Target} without the credential");
        }

        if (!steps.TryDequeue(out var step) || !step.Fits(request))
        {
            surprises.Add($"Asked {request.Method} {request.Target} {request.Body} where the script has {step?.ToString() ?? "nothing"}");
            context.Response.StatusCode = 418;
            return;
        }

        await step.AnswerAsync(context);
    }
}

/// <summary>A request as it came.</summary>
internal sealed record ScriptedRequest(string Method, string Target, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>One step: what must be asked, and what is answered.</summary>
internal sealed class ScriptedStep(string method, string target, bool whole = true)
{
    private Func<HttpContext, Task> answer = context =>
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    public bool Fits(ScriptedRequest request)
        => request.Method == method && (whole ? request.Target == target : request.Target.StartsWith(target, StringComparison.Ordinal));

    public Task AnswerAsync(HttpContext context) => answer(context);

    public void Reply(int status, JsonObject? body = null, params (string Name, string Value)[] headers)
        => ReplyText(status, body?.ToJsonString(), "application/scim+json", headers);

    public void ReplyText(int status, string? body, string mediaType, params (string Name, string Value)[] headers)
        => answer = async context =>
        {
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            if (body is not null)
            {
                context.Response.ContentType = mediaType;
                await context.Response.WriteAsync(body);
            }
        };

    /// <summary>Takes the request and says nothing until the caller gives up.</summary>
    public void Hang()
        => answer = async context =>
        {
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        };

    /// <summary>Takes the request and cuts the connection.</summary>
    public void Cut()
        => answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

    public override string ToString() => $"{method} {target}";
}
