using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Testing;
using System.Security.Cryptography.X509Certificates;
using YamlDotNet.Serialization;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>Does what an administrator does with kubectl, by the same API.</summary>
internal sealed class ClusterAdministrator : IDisposable
{
    private const string Rbac = "apis/rbac.authorization.k8s.io/v1";

    private readonly HttpClient http;
    private readonly Uri url;

    public ClusterAdministrator(ICluster cluster)
    {
        X509ChainPolicy? trust = null;
        if (cluster.Authority is { } authority)
        {
            trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.ImportFromPemFile(authority);
        }

        http = HttpConnection.Open(TimeSpan.FromSeconds(30), trust);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ICluster.AdministratorToken);
        url = new Uri(cluster.Url);
    }

    public static JsonObject User(string name) => Subject("User", name);

    public static JsonObject Group(string name) => Subject("Group", name);

    public static JsonObject ServiceAccount(string name) => new() { ["kind"] = "ServiceAccount", ["name"] = name, ["namespace"] = "shop" };

    public async Task<bool> IsReadyAsync()
    {
        using var answer = await http.GetAsync(new Uri(url, "readyz"));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The role and its binding of the file that is shipped, and the namespaces of the tests.</summary>
    public async Task PrepareAsync()
    {
        await SendAsync(HttpMethod.Post, "api/v1/namespaces", new JsonObject { ["metadata"] = Named("shop") });
        var documents = (await File.ReadAllTextAsync(Repository.PathOf("deploy", "kubernetes-access", "access.yaml"))).Split("\n---\n");
        foreach (var (kind, collection) in new[] { ("ClusterRole", "clusterroles"), ("ClusterRoleBinding", "clusterrolebindings") })
        {
            var text = documents.Single(document => document.Contains($"\nkind: {kind}\n", StringComparison.Ordinal));
            var json = new SerializerBuilder().JsonCompatible().Build().Serialize(new DeserializerBuilder().Build().Deserialize(text)!);
            await SendAsync(HttpMethod.Post, $"{Rbac}/{collection}", JsonNode.Parse(json)!.AsObject());
        }
    }

    /// <summary>Gives somebody rights of their own in the whole cluster.</summary>
    public async Task AllowAsync(string user, string role, params JsonObject[] rules)
    {
        await SendAsync(HttpMethod.Post, $"{Rbac}/clusterroles", new JsonObject { ["metadata"] = Named(role), ["rules"] = new JsonArray([.. rules]) });
        await BindAsync(null, role, role, [User(user)]);
    }

    /// <param name="space">Null: a ClusterRoleBinding.</param>
    public Task<JsonObject> BindAsync(string? space, string name, string role, JsonObject[] subjects, JsonObject? metadata = null)
    {
        var all = metadata ?? new JsonObject();
        all["name"] = name;
        return SendAsync(
            HttpMethod.Post,
            Collection(space),
            new JsonObject
            {
                ["metadata"] = all,
                ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role },
                ["subjects"] = new JsonArray([.. subjects]),
            });
    }

    public Task<JsonObject> GetAsync(string? space, string name) => SendAsync(HttpMethod.Get, At(space, name), null);

    public Task DeleteAsync(string? space, string name) => SendAsync(HttpMethod.Delete, At(space, name), null);

    public Task ReplaceAsync(string? space, string name, JsonObject changed) => SendAsync(HttpMethod.Put, At(space, name), changed);

    /// <summary>Kind and name of each subject, in their order.</summary>
    public async Task<IReadOnlyList<string>> SubjectsAsync(string? space, string name)
        => [.. ((await GetAsync(space, name))["subjects"] as JsonArray ?? []).Select(subject => $"{subject!["kind"]} {subject["name"]}")];

    public void Dispose() => http.Dispose();

    private static JsonObject Subject(string kind, string name) => new() { ["kind"] = kind, ["apiGroup"] = "rbac.authorization.k8s.io", ["name"] = name };

    private static JsonObject Named(string name) => new() { ["name"] = name };

    private static string Collection(string? space) => space is null ? $"{Rbac}/clusterrolebindings" : $"{Rbac}/namespaces/{space}/rolebindings";

    private static string At(string? space, string name) => $"{Collection(space)}/{Uri.EscapeDataString(name)}";

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(url, path));
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException($"{method} {path}: {text}");
    }
}
