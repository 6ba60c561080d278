using System.Text.Json;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>A step's selection as the column <c>steps.selection</c> keeps it.</summary>
public static class SelectionText
{
    public static string? Of(EntitlementSelection? selection) => selection is null ? null : JsonSerializer.Serialize(selection, JsonSerializerOptions.Web);

    public static EntitlementSelection? Parse(string? text) => text is null ? null : JsonSerializer.Deserialize<EntitlementSelection>(text, JsonSerializerOptions.Web);

    internal static EntitlementSelection? Selection(this NpgsqlDataReader row, int column) => Parse(row.Text(column));
}
