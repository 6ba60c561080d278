using Deprovisioner.Contracts.Unicode;

namespace Deprovisioner.Contracts;

/// <summary>
/// A name, or a part of one with <c>*</c> at either end. Compared without regard to case, with Unicode's compatible forms taken for the same (NFKD), and, since
/// directories write distinguished names either way, without blanks around commas and equals signs.
/// </summary>
public static class NamePattern
{
    public static bool Matches(string pattern, string name)
    {
        var starts = pattern.StartsWith('*');
        var ends = pattern.EndsWith('*');
        var wanted = Plain(pattern.Trim('*'));
        var given = Plain(name);
        return (starts, ends) switch
        {
            (true, true) => given.Contains(wanted, StringComparison.Ordinal),
            (true, false) => given.EndsWith(wanted, StringComparison.Ordinal),
            (false, true) => given.StartsWith(wanted, StringComparison.Ordinal),
            _ => given == wanted,
        };
    }

    private static string Plain(string text)
        => string.Join(',', FoldedText.Of(text).Split(',').Select(part => string.Join('=', part.Split('=').Select(side => side.Trim()))));
}
