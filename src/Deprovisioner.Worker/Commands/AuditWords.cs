using System.Text.Json.Nodes;

namespace Deprovisioner.Worker.Commands;

/// <summary>Audit rows in words, for people; <c>--json</c> has all of it as it stands.</summary>
internal static class AuditWords
{
    /// <summary>Hashes, and what stands in the table of steps (its id, its selection), are left to <c>--json</c>.</summary>
    private static readonly string[] ForMachines = ["step", "policyVersion", "planHash", "rawSha256", "selections"];

    /// <summary><c>system=crm action=disable-account outcome=changed</c></summary>
    /// <param name="row">What is hashed.</param>
    public static string Facts(JsonNode? row)
        => string.Join(' ', (row?["facts"]?.AsObject() ?? [])
            .Where(fact => fact.Value is not null && !ForMachines.Contains(fact.Key))
            .Select(fact => $"{fact.Key}={(fact.Value is JsonArray list ? $"[{string.Join(", ", list)}]" : fact.Value)}"));

    /// <summary><c>ada: enabled yes -> no, sessions 0</c></summary>
    /// <param name="evidence">Null: there is none.</param>
    public static string Evidence(JsonNode? evidence)
    {
        if (evidence is null)
        {
            return "";
        }

        if (evidence is not JsonObject root)
        {
            // Not evidence, but what is wrong with it.
            return evidence.ToString();
        }

        var words = new List<string?> { root["message"]?.ToString() };
        if (root["evidence"] is JsonArray accounts)
        {
            words.AddRange(accounts.Select(account => Account(account!)));
        }
        else
        {
            words.Add(root["evidence"]?.ToString());
        }

        return string.Join(' ', words.Where(text => !string.IsNullOrEmpty(text)));
    }

    private static string Account(JsonNode account)
    {
        var after = account["after"] as JsonObject;
        var facets = (account["before"] as JsonObject ?? [])
            .Select(before => Facet(before.Key, before.Value?.ToString(), after is null ? before.Value?.ToString() : after[before.Key]?.ToString()));
        return $"{account["name"]}: {string.Join(", ", facets)}.";
    }

    private static string Facet(string name, string? before, string? after) => before == after ? $"{name} {before}" : $"{name} {before} -> {after ?? "unknown"}";
}
