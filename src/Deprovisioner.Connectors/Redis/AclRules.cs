using System.Text.RegularExpressions;

namespace Deprovisioner.Connectors.Redis;

/// <summary>
/// What a user may do, as <c>ACL GETUSER</c> says it. Each rule that allows something is an entitlement, its text the id: <c>+@read</c>, <c>~app:*</c>, <c>&amp;news</c>, a whole selector.
/// Rules on commands hold in their order, a later one over an earlier one; those that forbid are no entitlements and stay where they are: without them the rest would reach further.
/// https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/#acl-rules
/// <para>
/// Until 7.0 Redis keeps which commands are allowed, and not by which rules: it writes the fewest that come to the same (<c>+@read +@write -@dangerous</c> may become twenty others), and the ids are those that it writes
/// (ACLDescribeSelectorCommandRules in https://github.com/redis/redis/blob/7.0/src/acl.c). Taking one away never allows more, since what forbids stays, and the order of the rest.
/// </para>
/// </summary>
/// <param name="Commands">In their order, from none at all: <c>+@all -flushall</c>.</param>
/// <param name="Selectors">Further sets of rules, each in parentheses (since 7.0).</param>
internal sealed partial record AclRules(IReadOnlyList<string> Commands, IReadOnlyList<string> Keys, IReadOnlyList<string> Channels, IReadOnlyList<string> Selectors)
{
    private const string Everything = "*";

    public IEnumerable<string> Allowing => Commands.Where(Allows).Concat(Keys).Concat(Channels).Concat(Selectors).Distinct(StringComparer.Ordinal);

    /// <summary>Whether each is a rule of its kind: nothing that a snapshot brings back may be a password or a flag.</summary>
    public bool AreRules => Commands.All(CommandRule().IsMatch) && Keys.All(KeyRule().IsMatch) && Channels.All(ChannelRule().IsMatch) && Selectors.All(SelectorRule().IsMatch);

    /// <summary>
    /// The arguments of the one SETUSER after which those rules are gone and all others as they were. It is applied as a whole, so that no other rule is out of force in between.
    /// </summary>
    public IReadOnlyList<string> Without(Func<string, bool> goes) =>
    [
        .. Anew("nocommands", Commands, rule => Allows(rule) && goes(rule)),
        .. Anew("resetkeys", Keys, goes),
        .. Anew("resetchannels", Channels, goes),
        .. Anew("clearselectors", Selectors, goes),
    ];

    /// <summary>The arguments after which what is missing of these rules is there again, in its order, and nothing that has come since is lost.</summary>
    /// <param name="now">What the user may do now.</param>
    /// <returns>Null: it cannot be put back, since the user may do everything of that kind now.</returns>
    public IReadOnlyList<string>? Onto(AclRules now)
    {
        IReadOnlyList<string> commands = Commands.Where(Allows).All(now.Commands.Contains) ? [] : ["nocommands", .. Commands, .. now.Commands.Except(Commands, StringComparer.Ordinal)];
        var keys = Missing(Keys, now.Keys, '~' + Everything);
        var channels = Missing(Channels, now.Channels, '&' + Everything);
        return keys is null || channels is null ? null : [.. commands, .. keys, .. channels, .. Selectors.Except(now.Selectors, StringComparer.Ordinal)];
    }

    public AclRules Only(Func<string, bool> stays)
        => new([.. Commands.Where(rule => !Allows(rule) || stays(rule))], [.. Keys.Where(stays)], [.. Channels.Where(stays)], [.. Selectors.Where(stays)]);

    private static bool Allows(string command) => command[0] == '+';

    private static IEnumerable<string> Anew(string clear, IReadOnlyList<string> rules, Func<string, bool> goes)
        => rules.Any(goes) ? rules.Where(rule => !goes(rule)).Prepend(clear) : [];

    /// <summary>Nothing can be added to everything: https://github.com/redis/redis/blob/7.0/src/acl.c, ACLSetSelector.</summary>
    private static IReadOnlyList<string>? Missing(IReadOnlyList<string> then, IReadOnlyList<string> now, string everything)
    {
        IReadOnlyList<string> missing = [.. then.Except(now, StringComparer.Ordinal)];
        return missing.Count == 0 ? [] : missing.Contains(everything, StringComparer.Ordinal) ? [everything] : now.Contains(everything, StringComparer.Ordinal) ? null : missing;
    }

    [GeneratedRegex(@"^[+-][^\s\0()]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommandRule();

    [GeneratedRegex(@"^(~|%(R|W|RW|WR)~)[^\s\0]*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyRule();

    [GeneratedRegex(@"^&[^\s\0]*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChannelRule();

    [GeneratedRegex(@"^\(( ?([+-]|~|%(R|W|RW|WR)~|&)[^ \0\r\n]*)*\)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SelectorRule();
}
