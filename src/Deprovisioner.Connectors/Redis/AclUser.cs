using StackExchange.Redis;

namespace Deprovisioner.Connectors.Redis;

/// <summary>A user of one node, read from <c>ACL GETUSER</c> (https://redis.io/docs/latest/commands/acl-getuser/). The hashes of its passwords are counted and forgotten.</summary>
/// <param name="Credentials">Its passwords, and one more if it needs none.</param>
internal sealed record AclUser(bool On, int Credentials, AclRules Rules)
{
    /// <summary>Null: there is no such user.</summary>
    public static async Task<AclUser?> ReadAsync(RedisNode node, string name, CancellationToken cancellationToken)
    {
        var answer = await node.AskAsync("ACL", ["GETUSER", name], cancellationToken);
        return answer.IsNull ? null : Parse(answer);
    }

    internal static AclUser Parse(RedisResult answer)
    {
        var fields = Fields(answer);
        var flags = Texts(fields.GetValueOrDefault("flags"), "");
        return new AclUser(
            flags.Contains("on", StringComparer.Ordinal),
            Texts(fields.GetValueOrDefault("passwords"), "").Count + (flags.Contains("nopass", StringComparer.Ordinal) ? 1 : 0),
            RulesOf(fields, [.. Selectors(fields)]));
    }

    private static IEnumerable<string> Selectors(Dictionary<string, RedisResult> fields)
    {
        foreach (var selector in fields.TryGetValue("selectors", out var all) && !all.IsNull ? (RedisResult[])all! : [])
        {
            var rules = RulesOf(Fields(selector), []);
            yield return $"({string.Join(' ', rules.Keys.Concat(rules.Channels).Concat(rules.Commands))})";
        }
    }

    /// <summary>Until 6.2 keys and channels are lists of patterns without their sign; from 7.0 on they are written as rules.</summary>
    private static AclRules RulesOf(Dictionary<string, RedisResult> fields, IReadOnlyList<string> selectors)
    {
        // Every list begins with all or nothing; nothing is no rule.
        var commands = Texts(fields.GetValueOrDefault("commands"), "");
        return new AclRules(
            commands is ["-@all", .. var rest] ? rest.ToList() : commands,
            Texts(fields.GetValueOrDefault("keys"), "~"),
            Texts(fields.GetValueOrDefault("channels"), "&"),
            selectors);
    }

    private static Dictionary<string, RedisResult> Fields(RedisResult answer)
    {
        var parts = (RedisResult[])answer!;
        return Enumerable.Range(0, parts.Length / 2).ToDictionary(i => (string)parts[2 * i]!, i => parts[(2 * i) + 1], StringComparer.Ordinal);
    }

    private static List<string> Texts(RedisResult? value, string sign)
        => value is null || value.IsNull ? []
            : value.Resp2Type == ResultType.Array ? [.. ((RedisResult[])value!).Select(item => sign + (string)item!)]
            : [.. ((string)value!).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
