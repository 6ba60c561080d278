using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Deprovisioner.Connectors.MySql;

/// <summary>Where a privilege holds.</summary>
internal enum GrantLevel
{
    Global,
    Schema,
    Table,
    Column,
    Routine,
    Role,
    Proxy,
}

/// <summary>
/// One privilege at one place, a role, or the right to be a proxy. Its id is a JSON array of level, privilege and place, so that no name in it can be
/// taken for another part of it.
/// </summary>
/// <param name="Privilege">As the server calls it: <c>SELECT</c>, <c>GRANT OPTION</c>; ROLE and PROXY for those.</param>
/// <param name="Place">The database's pattern, table, column; for a routine its kind, database and name; for a role its name and host; for a proxy the user and host.</param>
internal sealed partial record Grant(GrantLevel Level, string Privilege, params string[] Place)
{
    public const string GrantOption = "GRANT OPTION";

    /// <summary>Signs stand for themselves, so that a person can write an id down: it never becomes part of a page or a script.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Id { get; } = JsonSerializer.Serialize<string[]>([$"{Level}", Privilege, .. Place], Plain);

    /// <summary>For people: a role by its name, the rest as it stands in a GRANT statement.</summary>
    public string Name => Level switch
    {
        GrantLevel.Role => Place[1] is "" or "%" ? Place[0] : $"{Place[0]}@{Place[1]}",
        GrantLevel.Proxy => $"PROXY ON {Quoted.Account(Place[0], Place[1])}",
        _ => $"{Words} ON {On}",
    };

    private string Words => Level == GrantLevel.Column ? $"{Privilege} ({Quoted.Identifier(Place[2])})" : Privilege;

    private string On => Level switch
    {
        GrantLevel.Global => "*.*",
        GrantLevel.Schema => $"{Quoted.Identifier(Place[0])}.*",
        GrantLevel.Routine => $"{Place[0]} {Quoted.Identifier(Place[1])}.{Quoted.Identifier(Place[2])}",
        _ => $"{Quoted.Identifier(Place[0])}.{Quoted.Identifier(Place[1])}",
    };

    /// <summary>The grant with this id; null: it is no id of ours.</summary>
    public static Grant? Parse(string id)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(id) is [var level, var privilege, .. var place]
                && Enum.TryParse<GrantLevel>(level, out var parsed)
                && Word().IsMatch(privilege)
                && place.Length == PartsOf(parsed)
                && (parsed != GrantLevel.Routine || Word().IsMatch(place[0]))
                    ? new Grant(parsed, privilege, place)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string Revoke(ServerDialect dialect, HostEntry entry) => Level switch
    {
        GrantLevel.Role => $"revoke {dialect.Role(Place[0], Place[1])} from {entry.Account}",
        _ => $"revoke {(Level == GrantLevel.Proxy ? Name : $"{Words} on {On}")} from {entry.Account}",
    };

    /// <param name="passOn">Whether it may be given to others (an admin option).</param>
    public string Give(ServerDialect dialect, HostEntry entry, bool passOn) => Level switch
    {
        GrantLevel.Role => $"grant {dialect.Role(Place[0], Place[1])} to {entry.Account}{(passOn ? " with admin option" : "")}",
        GrantLevel.Proxy => $"grant {Name} to {entry.Account}{(passOn ? " with grant option" : "")}",
        _ when Privilege == GrantOption => $"grant usage on {On} to {entry.Account} with grant option",
        _ => $"grant {Words} on {On} to {entry.Account}",
    };

    public bool Equals(Grant? other) => other?.Id == Id;

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    private static int PartsOf(GrantLevel level) => level switch
    {
        GrantLevel.Global => 0,
        GrantLevel.Schema => 1,
        GrantLevel.Table or GrantLevel.Role or GrantLevel.Proxy => 2,
        _ => 3,
    };

    /// <summary>Words of the language, which stand in a statement unquoted.</summary>
    [GeneratedRegex(@"^[A-Z][A-Z_ ]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
