using System.Net;
using System.Text;
using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;
using Deprovisioner.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Console.Tests.SignIn;

/// <summary>Every role against every address that the console has.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class RolesTests(ConsoleSite site)
{
    /// <summary>What anybody may ask for.</summary>
    private const string Everybody = "everybody";

    [Fact]
    public async Task Each_address_is_for_whom_the_approved_table_says()
    {
        var table = new StringBuilder();
        foreach (var (method, pattern, address) in Addresses())
        {
            var open = await Answer(null, method, address) is not HttpStatusCode.Unauthorized;
            var allowed = new List<string>();
            foreach (var role in AccessRoles.All)
            {
                if (await Answer(role, method, address) is not HttpStatusCode.Forbidden)
                {
                    allowed.Add(role);
                }
            }

            table.AppendLine($"{method} {pattern}: {(open ? Everybody : string.Join(' ', allowed))}");
        }

        Assert.Null(ApprovedFile.Difference("Deprovisioner.Console.Tests", "SignIn", "Roles", table.ToString()));
    }

    [Fact]
    public async Task Whoever_is_refused_something_is_in_the_audit()
    {
        var before = await Refusals();
        Assert.Equal(HttpStatusCode.Forbidden, await Answer(AccessRoles.Viewer, "POST", "/api/v1/systems/warehouse/pause"));

        await Eventually.True("the audit to tell of it", async () => await Refusals() > before);
        var said = await site.Scalar<string>("select convert_from(payload, 'UTF8') from audit where type = 'access-refused' order by seq desc limit 1");
        Assert.Contains("key:viewer-of-the-test", said, StringComparison.Ordinal);
        Assert.Contains("POST /api/v1/systems/{name}/pause", said, StringComparison.Ordinal);
        Assert.Equal(0, await site.Scalar<long>("select count(*) from systems where paused_by is not null"));
    }

    private Task<long> Refusals() => site.Scalar<long>("select count(*) from audit where type = 'access-refused'")!;

    private async Task<HttpStatusCode> Answer(string? role, string method, string address)
    {
        using var client = site.As(role);
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (method == "POST")
        {
            // Nobody's act: each of these lacks its reason, or its token.
            request.Content = address.StartsWith("/api", StringComparison.Ordinal) ? new StringContent("{}", Encoding.UTF8, "application/json")
                : address.StartsWith("/ingest", StringComparison.Ordinal) ? new StringContent("[]", Encoding.UTF8, "application/cloudevents-batch+json")
                : address.StartsWith("/signals", StringComparison.Ordinal) ? new StringContent("""{"returnImmediately": true}""", Encoding.UTF8, "application/json")
                : new FormUrlEncodedContent([]);
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }

    private IEnumerable<(string Method, string Pattern, string Address)> Addresses()
        => site.Console.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Where(method => method is "GET" or "POST").Select(method => (method, endpoint.RoutePattern)))
            .Select(e => (e.method, "/" + e.RoutePattern.RawText!.TrimStart('/'), Filled(e.RoutePattern)))
            .Distinct().OrderBy(e => e.Item2, StringComparer.Ordinal).ThenBy(e => e.method, StringComparer.Ordinal);

    private static string Filled(RoutePattern pattern)
        => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter => parameter.ParameterPolicies.Select(policy => policy.Content).FirstOrDefault() switch
            {
                "guid" => "00000000-0000-0000-0000-000000000001",
                "long" => "1",
                null when parameter.Name == "stream" => $"{AccessRoles.Receiver}-of-the-test",
                _ => "x",
            },
            _ => "",
        }))));
}
