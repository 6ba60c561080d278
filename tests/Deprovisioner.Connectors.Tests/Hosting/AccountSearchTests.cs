using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class AccountSearchTests
{
    /// <summary>Known ids, a dagger for one that is gone; ids that match; what is handled, or a question mark for ambiguous; whether something is unseen.</summary>
    [Theory]
    [InlineData("", "", "", true)]
    [InlineData("", "a", "a", false)]
    [InlineData("", "a a", "a", false)]
    [InlineData("", "a b", "?", false)]
    [InlineData("a", "a", "a", false)]
    [InlineData("a", "", "a", false)]
    [InlineData("a", "b", "a b", false)]
    [InlineData("a", "a b", "?", false)]
    [InlineData("a b", "a b", "a b", false)]
    [InlineData("a b", "a", "a b", false)]
    [InlineData("a b", "c", "a b c", false)]
    [InlineData("a†", "", "", true)]
    [InlineData("a†", "b", "?", false)]
    [InlineData("a† b", "b", "b", true)]
    [InlineData("a† b", "c", "?", false)]
    [InlineData("a†", "a", "", true)]
    public void What_is_known_and_what_matches_decide_what_is_handled(string known, string matches, string handled, bool unseen)
    {
        var search = AccountSearch.Decide(
            Words(known).ToDictionary(w => w.TrimEnd('†'), w => !w.EndsWith('†')),
            [.. Words(matches).Select(id => new AccountRef(id, id))]);

        Assert.Equal(handled, search.Ambiguity is null ? string.Join(' ', search.Accounts) : "?");
        Assert.Equal(unseen, search.Unseen);
    }

    /// <summary>The match value, or the known id s, is another active person's too.</summary>
    [Theory]
    [InlineData("", "", true, "")]
    [InlineData("", "a", true, "?")]
    [InlineData("a", "a", true, "a")]
    [InlineData("a", "", true, "a")]
    [InlineData("a", "b", true, "?")]
    [InlineData("s", "s", false, "?")]
    [InlineData("a S", "a", false, "?")]
    [InlineData("s†", "", false, "")]
    public void What_is_another_active_persons_too_is_nobodys_by_that_alone(string known, string matches, bool matchIsShared, string handled)
    {
        var search = AccountSearch.Decide(
            Words(known).ToDictionary(w => w.TrimEnd('†'), w => !w.EndsWith('†')), [.. Words(matches).Select(id => new AccountRef(id, id))], matchIsShared, ["s"]);

        Assert.Equal(handled, search.Ambiguity is null ? string.Join(' ', search.Accounts) : "?");
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
