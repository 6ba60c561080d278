using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Scim;

/// <summary>A user resource (RFC 7643 section 4.1) in the field's terms.</summary>
internal static class ScimUser
{
    /// <summary>Attributes of the user itself that grant something; <c>groups</c> is read-only there and changed at the group.</summary>
    public static readonly IReadOnlyList<(string Attribute, string Prefix)> Granting = [("roles", "role:"), ("entitlements", "entitlement:")];

    public const string GroupPrefix = "group:";

    /// <summary>A group reached through another group, or by a rule: it is not the user's to leave (RFC 7643 section 4.1.2, "indirect").</summary>
    public const string IndirectPrefix = "indirect-group:";

    public static AccountRef Ref(JsonObject user)
    {
        var id = user.Text("id")!;
        return new AccountRef(id, user.Text("userName") ?? user.Text("displayName") ?? id);
    }

    /// <summary>
    /// False only where the server plainly says so. Where it shows nothing, nobody can say that the account is off. The text <c>"False"</c> is what
    /// servers keep that were written to by Microsoft's older clients.
    /// </summary>
    public static bool Active(JsonObject user) => !string.Equals(user.Text("active"), "false", StringComparison.OrdinalIgnoreCase);

    public static IReadOnlyList<string> OtherNames(JsonObject user)
        => [.. user.Values("emails").Select(mail => mail.Value()).Append(user.Text("externalId")).Append(user.Text("displayName")).OfType<string>()];

    public static AccountState State(JsonObject user, IReadOnlyList<Entitlement> groups)
    {
        var granted = Granting.Select(g => (g.Attribute, g.Prefix, Values: user.Values(g.Attribute).ToList())).Where(g => g.Values.Count > 0).ToList();
        return new AccountState
        {
            Account = Ref(user),
            OtherNames = OtherNames(user),
            Enabled = Active(user),
            Entitlements = [.. groups, .. granted.SelectMany(g => g.Values.Select(v => Granted(g.Prefix, v)))],

            // A role is more than its value (type, display): a restore needs all of it.
            RestoreAttributes = granted.ToDictionary(g => g.Attribute, g => new JsonArray([.. g.Values.Select(v => v.DeepClone())]).ToJsonString()),
            Details = new Dictionary<string, string> { ["active"] = user.Text("active") ?? "not shown" },
        };
    }

    /// <summary>The user's own <c>groups</c>.</summary>
    public static IReadOnlyList<Entitlement> Groups(JsonObject user)
        => [.. user.Values("groups").Where(g => g.Value() is not null).Select(g => Group(g.Value()!, (g as JsonObject)?.Text("display"), (g as JsonObject)?.Text("type")))];

    public static Entitlement Group(string id, string? name, string? type = null)
        => string.Equals(type, "indirect", StringComparison.OrdinalIgnoreCase)
            ? new Entitlement(IndirectPrefix + id, name ?? id, "another group, or a rule")
            : new Entitlement(GroupPrefix + id, name ?? id);

    /// <summary>Names a role by its value, and one without a value by all of it.</summary>
    public static string Key(JsonNode element) => element.Value() ?? element.ToJsonString();

    private static Entitlement Granted(string prefix, JsonNode element)
        => new(prefix + Key(element), (element as JsonObject)?.Text("display") ?? Key(element));
}
