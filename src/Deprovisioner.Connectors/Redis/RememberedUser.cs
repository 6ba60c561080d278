using System.Text.Json;

namespace Deprovisioner.Connectors.Redis;

/// <summary>What a restore has to know of a user on one node: an account's state is that of all nodes together, and the order of rules is not in its entitlements. No secrets.</summary>
internal sealed record RememberedUser(string Node, bool On, AclRules Rules)
{
    public const string Attribute = "nodes";

    public static string Write(IEnumerable<RememberedUser> users) => JsonSerializer.Serialize(users);

    /// <summary>Null: it is not what <see cref="Write"/> wrote, or holds something that is no rule.</summary>
    public static IReadOnlyList<RememberedUser>? Read(string? text)
    {
        try
        {
            return text is not null && JsonSerializer.Deserialize<RememberedUser[]>(text) is { } users && Array.TrueForAll(users, user => user.Rules.AreRules) ? users : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
