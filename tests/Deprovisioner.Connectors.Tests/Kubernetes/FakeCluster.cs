using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>
/// An API server that follows the published reference (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/role-binding-v1/,
/// https://kubernetes.io/docs/reference/using-api/api-concepts/), for machines without a real one: lists in chunks of one moment, tokens that expire, writes that count only for the version that
/// was read, roles that cannot be changed, Status objects, and RBAC itself with its rule for who may change a binding. The same tests run on a real API server where there is one.
/// </summary>
internal sealed class FakeCluster : ICluster
{
    private readonly Lock gate = new();
    private readonly FakeObjects objects = new();
    private readonly WebApplication application;

    private FakeCluster()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        application = builder.Build();
        application.Run(AnswerAsync);
    }

    /// <summary>Verb and target of what was asked, as they were written on the wire.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>How many items a chunk has at most, whatever is asked for.</summary>
    public int ChunkSize { get; set; } = 500;

    /// <summary>How many of the next continue tokens are too old.</summary>
    public int Expired { get; set; }

    /// <summary>Done before a request of the operator is answered; what is given is answered instead.</summary>
    public Func<string, Task<FakeAnswer?>> Before { get; set; } = _ => Task.FromResult<FakeAnswer?>(null);

    public string Url => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public string? Authority => null;

    public static async Task<FakeCluster> StartNew()
    {
        var cluster = new FakeCluster();
        await cluster.application.StartAsync();
        return cluster;
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static string? UserOf(string? credential) => credential switch
    {
        $"Bearer {ICluster.AdministratorToken}" => "administrator",
        $"Bearer {ICluster.OperatorToken}" => ICluster.Operator,
        $"Bearer {ICluster.StrangerToken}" => ICluster.Stranger,
        _ => null,
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var line = $"{context.Request.Method} {target}";
        var user = UserOf(context.Request.Headers.Authorization);
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        FakeAnswer? own = null;
        if (user == ICluster.Operator)
        {
            Asked.Enqueue(line);
            own = await Before(line);
        }

        var answer = own ?? Answer(user, context.Request, target, body);
        if (answer.Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.WriteAsync(answer.Body);
    }

    private FakeAnswer Answer(string? user, HttpRequest request, string target, string body)
    {
        if (user is null)
        {
            return FakeAnswer.Refusal(401, "Unauthorized", "Unauthorized");
        }

        if (target is "/readyz" or "/version")
        {
            return new FakeAnswer(200, """{"major":"1","minor":"33","gitVersion":"v1.33.0"}""");
        }

        lock (gate)
        {
            return target == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" && request.Method == "POST" ? Review(user, JsonNode.Parse(body)!.AsObject())
                : FakeAddress.Of(target.Split('?')[0]) is { } address ? Do(user, request, address, body.Length > 0 ? JsonNode.Parse(body)!.AsObject() : [])
                : new FakeAnswer(404, "404 page not found\n");
        }
    }

    private FakeAnswer Review(string user, JsonObject review)
    {
        var asked = review["spec"]!["resourceAttributes"]!.AsObject();
        review["status"] = new JsonObject
        {
            ["allowed"] = asked["group"]!.ToString() == FakeAddress.Group
                && objects.Allows(user, asked["verb"]!.ToString(), asked["resource"]!.ToString(), asked["name"]?.ToString() is { Length: > 0 } name ? name : null),
        };
        return new FakeAnswer(201, review.ToJsonString());
    }

    private FakeAnswer Do(string user, HttpRequest request, FakeAddress address, JsonObject body)
    {
        var verb = request.Method switch { "GET" when address.Name is null => "list", "GET" => "get", "PUT" => "update", "POST" => "create", "DELETE" => "delete", _ => "patch" };
        if (!objects.Allows(user, verb, address.Resource, address.Name))
        {
            return FakeAnswer.Refusal(403, "Forbidden", $"{address.Resource}.{FakeAddress.Group} \"{address.Name}\" is forbidden: User \"{user}\" cannot {verb} resource \"{address.Resource}\"");
        }

        return verb switch
        {
            "list" => List(request, address),
            "get" => objects.Find(address) is { } found ? new FakeAnswer(200, found.ToJsonString()) : FakeAnswer.NotFound(address),
            "create" => objects.Create(address, body),
            "update" => objects.Replace(address, body, mayBind: role => objects.Allows(user, "bind", role.Resource, role.Name)),
            "delete" => objects.Delete(address) ? new FakeAnswer(200, """{"kind":"Status","apiVersion":"v1","status":"Success"}""") : FakeAnswer.NotFound(address),
            _ => FakeAnswer.Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
    }

    private FakeAnswer List(HttpRequest request, FakeAddress address)
    {
        var token = request.Query["continue"].ToString();
        if (token.Length > 0 && Expired > 0)
        {
            Expired--;
            return FakeAnswer.Refusal(410, "Expired", "The provided continue parameter is too old to display a consistent list result.");
        }

        var limit = Math.Min(ChunkSize, int.TryParse(request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : int.MaxValue);
        return objects.List(address, limit, token) is { } page ? new FakeAnswer(200, page.ToJsonString()) : FakeAnswer.Refusal(400, "BadRequest", "continue key is not valid");
    }
}
