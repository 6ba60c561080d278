using System.Text.Json;

namespace Deprovisioner.Connectors.MySql;

/// <summary>What a restore has to know of one entry, since an account's state is that of all of them together. No secrets.</summary>
/// <param name="Held">The ids of what it held.</param>
/// <param name="PassOn">The ids of what it might pass on.</param>
/// <param name="DefaultRoles">Role and the role's host.</param>
internal sealed record Remembered(string Host, bool Locked, IReadOnlyList<string> Held, IReadOnlyList<string> PassOn, IReadOnlyList<IReadOnlyList<string>> DefaultRoles, bool PartialRevokes)
{
    public const string Attribute = "entries";

    public static string Write(IEnumerable<HostEntry> entries)
        => JsonSerializer.Serialize(entries.Select(e => new Remembered(
            e.Host, e.Locked, [.. e.Grants.Keys.Select(g => g.Id)], [.. e.Grants.Where(g => g.Value).Select(g => g.Key.Id)], e.DefaultRoles, e.PartialRevokes)));

    /// <summary>Null: it is not what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<Remembered>? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<Remembered[]>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
