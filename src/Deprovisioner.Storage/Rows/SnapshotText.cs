using System.Text.Json;
using Deprovisioner.Contracts;

namespace Deprovisioner.Storage;

/// <summary>The column <c>steps.snapshots</c>: an object by account id.</summary>
internal static class SnapshotText
{
    public static IReadOnlyList<AccountSnapshot> Read(string json) => [.. JsonSerializer.Deserialize<Dictionary<string, AccountSnapshot>>(json, JsonSerializerOptions.Web)!.Values];

    /// <summary>Null where there is none.</summary>
    public static string? Write(IReadOnlyList<AccountSnapshot> snapshots)
        => snapshots.Count == 0 ? null : JsonSerializer.Serialize(snapshots.DistinctBy(s => s.AccountId).ToDictionary(s => s.AccountId), JsonSerializerOptions.Web);
}
