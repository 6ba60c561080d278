using System.Globalization;
using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>What an API server keeps, with its rules for writing.</summary>
internal sealed class FakeObjects
{
    private static readonly string[] SubjectKinds = ["User", "Group", "ServiceAccount"];

    private readonly SortedDictionary<(string Resource, string Space, string Name), JsonObject> all = [];
    private readonly Dictionary<string, IReadOnlyList<JsonObject>> rests = [];
    private long version = 100;

    public JsonObject? Find(FakeAddress address) => all.GetValueOrDefault(Key(address));

    /// <summary>A chunk, the rest of which stays as it is now; null: the token is no good.</summary>
    public JsonObject? List(FakeAddress address, int limit, string token)
    {
        if (token.Length > 0 && !rests.ContainsKey(token))
        {
            return null;
        }

        var items = token.Length > 0 ? rests[token] : [.. all.Where(o => o.Key.Resource == address.Resource && (address.Namespace is null || address.Namespace == o.Key.Space)).Select(o => o.Value)];
        var metadata = new JsonObject { ["resourceVersion"] = Number(version) };
        if (items.Count > limit)
        {
            var next = Guid.NewGuid().ToString("N") + "+/=";
            rests[next] = [.. items.Skip(limit)];
            metadata["continue"] = next;
        }

        return new JsonObject
        {
            ["kind"] = $"{address.Kind}List",
            ["apiVersion"] = address.ApiVersion,
            ["metadata"] = metadata,

            // The kind of each is that of the list, and is not said again.
            ["items"] = new JsonArray([.. items.Take(limit).Select(item => Without(item, "kind", "apiVersion"))]),
        };
    }

    public FakeAnswer Create(FakeAddress address, JsonObject body)
    {
        var metadata = body["metadata"]!.AsObject();
        var made = address with { Name = metadata["name"]!.ToString() };
        if (all.ContainsKey(Key(made)))
        {
            return FakeAnswer.Refusal(409, "AlreadyExists", $"{made.Resource} \"{made.Name}\" already exists");
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        if (made.Namespace is { } space)
        {
            metadata["namespace"] = space;
        }

        return Faults(body) is { } fault ? FakeAnswer.Refusal(422, "Invalid", fault) : new FakeAnswer(201, Keep(made, body).ToJsonString());
    }

    /// <param name="mayBind">Whether whoever asks may bind a role: asked for whenever more than the garbage collector's own fields change.</param>
    public FakeAnswer Replace(FakeAddress address, JsonObject body, Func<(string Resource, string Name), bool> mayBind)
    {
        if (Find(address) is not { } now)
        {
            return FakeAnswer.NotFound(address);
        }

        var metadata = body["metadata"]!.AsObject();
        if (metadata["name"]?.ToString() != address.Name)
        {
            return FakeAnswer.Refusal(400, "BadRequest", "the name of the object does not match the name on the URL");
        }

        if (Differs(metadata, now, "resourceVersion") || Differs(metadata, now, "uid"))
        {
            return FakeAnswer.Refusal(409, "Conflict", $"Operation cannot be fulfilled on {address.Resource} \"{address.Name}\": the object has been modified; please apply your changes to the latest version and try again");
        }

        if (!JsonNode.DeepEquals(body["roleRef"], now["roleRef"]))
        {
            return FakeAnswer.Refusal(422, "Invalid", "roleRef: Invalid value: cannot change roleRef");
        }

        if (Faults(body) is { } fault)
        {
            return FakeAnswer.Refusal(422, "Invalid", fault);
        }

        var role = now["roleRef"]!;
        return JsonNode.DeepEquals(body, now) ? new FakeAnswer(200, now.ToJsonString())
            : mayBind((role["kind"]!.ToString() == "Role" ? "roles" : "clusterroles", role["name"]!.ToString())) ? new FakeAnswer(200, Keep(address, body).ToJsonString())
            : FakeAnswer.Refusal(403, "Forbidden", $"{address.Resource} \"{address.Name}\" is forbidden: user is attempting to grant RBAC permissions not currently held");
    }

    public bool Delete(FakeAddress address) => all.Remove(Key(address));

    /// <summary>RBAC for the whole cluster: whether any ClusterRoleBinding gives the user a role with a rule for it.</summary>
    public bool Allows(string user, string verb, string resource, string? name)
        => user == "administrator" || all.Where(o => o.Key.Resource == "clusterrolebindings" && o.Value["subjects"]!.AsArray().Any(subject => Means(subject!, user)))
            .Select(o => all.GetValueOrDefault(("clusterroles", "", o.Value["roleRef"]!["name"]!.ToString())))
            .SelectMany(role => role?["rules"]!.AsArray() ?? [])
            .Any(rule => Has(rule!, "apiGroups", FakeAddress.Group) && Has(rule!, "resources", resource) && Has(rule!, "verbs", verb)
                && (rule!["resourceNames"] is null || (name is not null && Has(rule, "resourceNames", name))));

    private static bool Has(JsonNode rule, string key, string value) => rule[key]!.AsArray().Any(one => one!.ToString() == value);

    private static bool Means(JsonNode subject, string user) => subject["kind"]!.ToString() switch
    {
        "User" => subject["name"]!.ToString() == user,
        "ServiceAccount" => $"system:serviceaccount:{subject["namespace"]}:{subject["name"]}" == user,
        _ => false,
    };

    private static string? Faults(JsonObject body)
    {
        foreach (var subject in body["subjects"] as JsonArray ?? [])
        {
            var kind = subject!["kind"]?.ToString();
            if (!SubjectKinds.Contains(kind) || subject["name"]?.ToString() is null or "")
            {
                return "subjects: Invalid value";
            }

            if (kind is "User" or "Group")
            {
                subject["apiGroup"] ??= FakeAddress.Group;
            }
        }

        return null;
    }

    private static bool Differs(JsonObject metadata, JsonObject now, string key) => metadata[key]?.ToString() is { Length: > 0 } told && told != now["metadata"]![key]!.ToString();

    private static (string, string, string) Key(FakeAddress address) => (address.Resource, address.Namespace ?? "", address.Name ?? "");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Without(JsonObject item, params string[] keys)
    {
        var copy = item.DeepClone().AsObject();
        foreach (var key in keys)
        {
            copy.Remove(key);
        }

        return copy;
    }

    private JsonObject Keep(FakeAddress address, JsonObject body)
    {
        var kept = body.DeepClone().AsObject();
        (kept["kind"], kept["apiVersion"]) = (address.Kind, address.ApiVersion);
        kept["metadata"]!["resourceVersion"] = Number(++version);

        // An empty list is left out, as "omitempty" does.
        if (kept["subjects"] is JsonArray { Count: 0 })
        {
            kept.Remove("subjects");
        }

        return all[Key(address)] = kept;
    }
}
