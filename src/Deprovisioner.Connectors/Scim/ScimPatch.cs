using System.Text.Json.Nodes;

namespace Deprovisioner.Connectors.Scim;

/// <summary>The ways in which servers understand one and the same change, the standard's own first.</summary>
internal enum ActiveForm
{
    /// <summary>RFC 7644 section 3.5.2.3, with a path.</summary>
    Path,

    /// <summary>The same section, without a path: the value is an object.</summary>
    Object,

    /// <summary>
    /// Capitals and a text for the truth value: <see href="https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility"/>
    /// tells what Microsoft's older clients sent, and some servers understand only that.
    /// </summary>
    CapitalText,
}

/// <summary>Bodies of PATCH requests (RFC 7644 section 3.5.2).</summary>
internal static class ScimPatch
{
    public static JsonObject Active(ActiveForm form, bool active) => form switch
    {
        ActiveForm.Path => Of(Operation("replace", "active", active)),
        ActiveForm.Object => Of(new JsonObject { ["op"] = "replace", ["value"] = new JsonObject { ["active"] = active } }),
        ActiveForm.CapitalText => Of(Operation("Replace", "active", active ? "True" : "False")),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "Not a form."),
    };

    /// <summary>Takes all values of these attributes of a user away (section 3.5.2.2, no filter: all).</summary>
    public static JsonObject Clear(IEnumerable<string> attributes)
        => Of([.. attributes.Select(name => new JsonObject { ["op"] = "remove", ["path"] = name })]);

    /// <summary>Takes some values of a user's attributes away, by the same section's filter.</summary>
    public static JsonObject Remove(IEnumerable<(string Attribute, string Value)> values)
        => Of([.. values.Select(v => new JsonObject { ["op"] = "remove", ["path"] = $"{v.Attribute}[value eq {ScimFilter.Quote(v.Value)}]" })]);

    public static JsonObject Add(string attribute, JsonArray values) => Of(Operation("add", attribute, values));

    public static JsonObject AddMember(string userId) => Add("members", Members(userId));

    /// <summary>See <see cref="MemberRemoval"/>.</summary>
    public static JsonObject RemoveMember(MemberRemoval way, string userId) => way switch
    {
        MemberRemoval.Filter => Of(new JsonObject { ["op"] = "remove", ["path"] = $"members[value eq {ScimFilter.Quote(userId)}]" }),
        MemberRemoval.Value => Of(Operation("remove", "members", Members(userId))),
        _ => throw new ArgumentOutOfRangeException(nameof(way), way, "Not a way."),
    };

    private static JsonArray Members(string userId) => [new JsonObject { ["value"] = userId }];

    private static JsonObject Operation(string op, string path, JsonNode value) => new() { ["op"] = op, ["path"] = path, ["value"] = value };

    private static JsonObject Of(params JsonObject[] operations)
        => new() { ["schemas"] = new JsonArray(ScimNames.PatchSchema), ["Operations"] = new JsonArray([.. operations]) };
}
