using System.Text.Json.Nodes;
using Deprovisioner.Console.Tests.Site;
using Deprovisioner.Storage.Access;
using NJsonSchema;

namespace Deprovisioner.Console.Tests.Api;

/// <summary>What the OpenAPI document says is what is served.</summary>
[Collection(nameof(ConsoleSite))]
public sealed class DocumentTests(ConsoleSite site)
{
    [Fact]
    public async Task Every_answer_has_the_form_that_the_document_gives_it()
    {
        using var client = site.Bearing(await site.NewKey("all-that-read", [.. AccessRoles.Readers, AccessRoles.Transmitter]));
        var document = JsonNode.Parse(await client.GetStringAsync("/api/v1/openapi.json"))!.AsObject();
        var faults = new List<string>();
        var asked = 0;
        foreach (var (path, item) in document["paths"]!.AsObject().Where(p => p.Value!["get"] is not null && !p.Key.EndsWith("/csv", StringComparison.Ordinal)))
        {
            var address = await Address(client, path);
            using var answer = await client.GetAsync(address);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode} {text}");
            var schema = await Schema(document, item!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!);
            faults.AddRange(schema.Validate(text).Select(fault => $"{address}: {fault}"));
            asked++;
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
        Assert.True(asked > 20, $"only {asked} were asked");
    }

    [Fact]
    public async Task Every_address_of_the_api_is_in_the_document()
    {
        using var client = site.As(AccessRoles.Viewer);
        var document = JsonNode.Parse(await client.GetStringAsync("/api/v1/openapi.json"))!;
        var said = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => $"{o.Key.ToUpperInvariant()} {p.Key}")).ToHashSet();

        var table = await File.ReadAllLinesAsync(Testing.Repository.PathOf("tests", "Deprovisioner.Console.Tests", "SignIn", "Roles.approved.txt"));

        var served = table.Select(line => line.Split(": ")[0]).Where(line => line.Contains(" /api/v1/", StringComparison.Ordinal) && !line.EndsWith("openapi.json", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('/')).Select(line => System.Text.RegularExpressions.Regex.Replace(line, ":[a-z]+}", "}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Equal([], served.Except(said));
    }

    /// <summary>With something that is there in the place of each parameter.</summary>
    private async Task<string> Address(HttpClient client, string path)
    {
        var saga = (await site.Operations.Sagas(new(), new(1), default)).Items[0].SagaId;
        if (path.Contains("/reconciliations/{id}", StringComparison.Ordinal))
        {
            return path.Replace("{id}", $"{await site.Reconciliation()}", StringComparison.Ordinal);
        }

        if (path.Contains("/replays/{id}", StringComparison.Ordinal))
        {
            var act = await site.Done(Storage.Asking.ActRequest.Replay(new("the-test", "to have one"), new() { Person = Company.Failed }, Core.Replaying.ReplayStart.AfterPreview));
            return path.Replace("{id}", $"{act.ActId}", StringComparison.Ordinal);
        }

        if (path.StartsWith("/signals/{stream}", StringComparison.Ordinal))
        {
            var stream = $"{AccessRoles.Receiver}-of-the-test";
            using var token = new StringContent("e30.eyJqdGkiOiJvZi10aGUtZG9jdW1lbnQifQ.c2ln", new System.Net.Http.Headers.MediaTypeHeaderValue("application/secevent+jwt"));
            (await client.PostAsync($"/signals/{stream}", token)).EnsureSuccessStatusCode();
            return path.Replace("{stream}", stream, StringComparison.Ordinal).Replace("{jti}", "of-the-document", StringComparison.Ordinal);
        }

        return path.Replace("/people/{id}", "/people/" + Company.Left, StringComparison.Ordinal).Replace("/sagas/{id}", $"/sagas/{saga}", StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal)
            + (path.EndsWith("/acts", StringComparison.Ordinal) ? "?id=1" : path.Contains("/reports/", StringComparison.Ordinal) ? "?from=2026-01-01&until=2026-12-31" : "");
    }

    /// <summary>NJsonSchema looks for definitions where JSON Schema has them.</summary>
    private static async Task<JsonSchema> Schema(JsonObject document, JsonNode schema)
    {
        var whole = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()) };
        whole["definitions"] = document["components"]!["schemas"]!.DeepClone();
        return await JsonSchema.FromJsonAsync(whole.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal));
    }
}
