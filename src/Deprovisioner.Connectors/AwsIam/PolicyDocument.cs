using System.Globalization;
using System.Text.Json;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// An inline policy, as far as it matters whether it takes everything away
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html). What cannot be read takes nothing away.
/// </summary>
internal sealed record PolicyDocument(string Name, string Json)
{
    /// <summary>Ours: denies everything, to the user and to all temporary credentials made from it, each time that one is used.</summary>
    public const string DenyAllName = "DeprovisionerDenyAll";

    /// <summary>Ours: denies everything to temporary credentials from before an instant, as the console's own "Revoke active sessions" does for roles.</summary>
    public const string OlderSessionsName = "DeprovisionerRevokeOlderSessions";

    private const string IssuedAt = "aws:TokenIssueTime";

    private const string Compact = "yyyyMMdd'T'HHmmss'Z'";

    public bool IsOurs => Name is DenyAllName or OlderSessionsName;

    /// <summary>Whether it denies everything, always.</summary>
    public bool DeniesAll => Statements.Any(s => DeniesEverything(s) && !s.TryGetProperty("Condition", out _));

    /// <summary>Whether no statement allows anything: to take it away would give more.</summary>
    public bool OnlyDenies => Statements is { Count: > 0 } statements && statements.All(Denies);

    /// <summary>Temporary credentials from before are denied everything; null: no statement says so.</summary>
    public DateTimeOffset? SessionsDeniedBefore => Statements.Where(DeniesEverything).Select(Before).Max();

    /// <summary>When ours that denies all was written; null: it is not ours, or does not say.</summary>
    public DateTimeOffset? DeniedSince => Name == DenyAllName ? Statements.Select(Since).Max() : null;

    private IReadOnlyList<JsonElement> Statements => Read(Json);

    /// <summary>As IAM gives it: escaped as a part of an address (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html).</summary>
    public static PolicyDocument Escaped(string name, string document) => new(name, Uri.UnescapeDataString(document));

    public static PolicyDocument DenyAll(DateTimeOffset now) => new(
        DenyAllName,
        $$"""{"Version":"2012-10-17","Statement":[{"Sid":"{{DenyAllName}}{{now.UtcDateTime.ToString(Compact, CultureInfo.InvariantCulture)}}","Effect":"Deny","Action":"*","Resource":"*"}]}""");

    /// <summary>https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html</summary>
    public static PolicyDocument OlderSessions(DateTimeOffset before) => new(
        OlderSessionsName,
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"{{IssuedAt}}":"{{Instant(before)}}"} } }]}""");

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static IReadOnlyList<JsonElement> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("Statement", out var statement)
                ? statement.ValueKind switch
                {
                    JsonValueKind.Array => [.. statement.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.Object).Select(s => s.Clone())],
                    JsonValueKind.Object => [statement.Clone()],
                    _ => [],
                }
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static bool Denies(JsonElement statement) => Has(statement, "Effect", "Deny");

    private static bool DeniesEverything(JsonElement statement) => Denies(statement) && Has(statement, "Action", "*") && Has(statement, "Resource", "*");

    private static bool Has(JsonElement statement, string name, string text)
        => statement.TryGetProperty(name, out var value)
            && (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Any(one => IsText(one, text)) : IsText(value, text));

    private static bool IsText(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    // With a second condition it would hold less often than it says here.
    private static DateTimeOffset? Before(JsonElement statement)
        => statement.TryGetProperty("Condition", out var condition) && condition.ValueKind == JsonValueKind.Object && condition.EnumerateObject().Count() == 1
            && condition.TryGetProperty("DateLessThan", out var less) && less.ValueKind == JsonValueKind.Object && less.EnumerateObject().Count() == 1
            && less.TryGetProperty(IssuedAt, out var at) && at.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(at.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var before)
                ? before
                : null;

    private static DateTimeOffset? Since(JsonElement statement)
        => statement.TryGetProperty("Sid", out var sid) && sid.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParseExact(
                sid.GetString()!.Replace(DenyAllName, "", StringComparison.Ordinal), Compact, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var since)
                ? since
                : null;
}
