using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.Rest;

/// <summary>
/// A server that follows a script, for what a well-behaved one cannot show. Addresses are compared as they were sent, not decoded. It fails the test on a request that the script does
/// not have next, and on a step that was never used.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Queue<(string Line, Func<HttpContext, Task> Answer)> steps = new();
    private readonly ConcurrentQueue<string> surprises = new();
    private readonly List<Asked> asked = [];
    private readonly WebApplication application;

    private ScriptedServer(Action<ListenOptions>? listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port => listen?.Invoke(port)));
        application = builder.Build();
        application.Run(AnswerAsync);
    }

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<Asked> Asked => asked;

    public string Url => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ScriptedServer> StartAsync(Action<ListenOptions>? listen = null)
    {
        var server = new ScriptedServer(listen);
        await server.application.StartAsync();
        return server;
    }

    /// <summary>The next request must be this one: <c>GET /users/7?x=1</c>.</summary>
    public ScriptedServer Expect(string line, int status = 200, string? body = null, params (string Name, string Value)[] headers)
    {
        steps.Enqueue((line, Reply));
        return this;

        async Task Reply(HttpContext context)
        {
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            if (body is not null)
            {
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(body);
            }
        }
    }

    /// <summary>All of the script was used, and nothing else was asked.</summary>
    public void Verify()
    {
        Assert.Empty(surprises);
        Assert.True(steps.Count == 0, $"Never asked: {string.Join(", ", steps.Select(s => s.Line))}");
    }

    /// <summary>A connector for this server.</summary>
    public IConnector Open(string declaration, TimeProvider? clock = null, params (string Key, string Value)[] settings)
        => Open(Declared.Kind(declaration), clock, settings);

    public IConnector Open(RestKind kind, TimeProvider? clock = null, params (string Key, string Value)[] settings)
        => kind.Open(Settings(settings), new PlainSecrets(), clock ?? TimeProvider.System);

    public SystemSettings Settings(params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string> { ["url"] = Url, ["token"] = "token-of-the-test" };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        return new SystemSettings { Name = new SystemName("small"), Connector = "declared", Values = values, Match = new AccountMatch(null, "person.email") };
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = new Asked(
            $"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}", await reader.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        asked.Add(request);
        if (!steps.TryDequeue(out var step) || step.Line != request.Line)
        {
            surprises.Enqueue($"Asked {request.Line} {request.Body} where the script has {step.Line ?? "nothing"}");
            context.Response.StatusCode = 418;
            return;
        }

        await step.Answer(context);
    }
}

/// <summary>A request as it came.</summary>
internal sealed record Asked(string Line, string Body, IReadOnlyDictionary<string, string> Headers);

internal static class Acting
{
    public static readonly IReadOnlyDictionary<string, string> NoFacts = new Dictionary<string, string>();

    public static AccountState Account(string id, params string[] entitlements)
        => new() { Account = new AccountRef(id, id), Enabled = true, Entitlements = [.. entitlements.Select(e => new Entitlement(e, e))] };

    public static Task ActAsync(this IConnector connector, StepAction action, AccountState before, IReadOnlyDictionary<string, string>? facts = null, IReadOnlySet<string>? only = null)
        => connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = facts ?? NoFacts, OnlyEntitlements = only }, default);

    public static async Task<Fault> FaultOf(Func<Task> act) => (await Assert.ThrowsAsync<SystemFaultException>(act)).Fault;
}
