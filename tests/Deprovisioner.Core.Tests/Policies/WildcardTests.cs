using System.IO.Enumeration;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class WildcardTests
{
    private static readonly string[] Texts = [.. Words("abz", 5).Where(w => w.Length > 0)];
    private static readonly string[] Patterns = [.. from core in Words("ab", 2) from start in new[] { "", "*" } from end in new[] { "", "*" } where core.Length > 0 || start == "*" select start + core + (core.Length > 0 ? end : "")];

    [Theory]
    [InlineData("Sales", "sales", true)]
    [InlineData("Sales", "Sales EU", false)]
    [InlineData("Sales*", "sales eu", true)]
    [InlineData("Sales*", "Sales", true)]
    [InlineData("Sales*", "Presales", false)]
    [InlineData("*sales", "Presales", true)]
    [InlineData("*sales", "Sales EU", false)]
    [InlineData("*sales*", "Presales EU", true)]
    [InlineData("*", "x", true)]
    [InlineData("Sales", "Sales*", false)]
    [InlineData("Sales*", "Sales*", true)]
    public void A_star_at_an_end_is_anything(string wanted, string value, bool matches) => Assert.Equal(matches, Wildcard.Matches(wanted, value));

    [Theory]
    [InlineData("Sa*les")]
    [InlineData("**")]
    [InlineData("*a**")]
    [InlineData("*a*b*")]
    public void A_star_elsewhere_is_not_read(string text) => Assert.False(Wildcard.IsWellFormed(text));

    /// <summary>Against the matching of file names, over all patterns of two letters and all texts of up to five of three: the third letter stands in no pattern.</summary>
    [Fact]
    public void Covering_and_overlapping_are_what_the_texts_say()
    {
        var met = Patterns.Distinct().ToDictionary(p => p, p => Texts.Where(t => FileSystemName.MatchesSimpleExpression(p, t)).ToHashSet());
        Assert.True(met.Count > 20);
        foreach (var (wide, ofWide) in met)
        {
            Assert.True(Wildcard.IsWellFormed(wide));
            Assert.Equal(ofWide, Texts.Where(t => Wildcard.Matches(wide, t)).ToHashSet());
            foreach (var (narrow, ofNarrow) in met)
            {
                Assert.True(Wildcard.Covers(wide, narrow) == ofNarrow.IsSubsetOf(ofWide), $"{wide} covers {narrow}");
                Assert.True(Wildcard.Overlap(wide, narrow) == ofNarrow.Overlaps(ofWide), $"{wide} overlaps {narrow}");
            }
        }
    }

    private static IEnumerable<string> Words(string letters, int most)
        => most == 0 ? [""] : Words(letters, most - 1).Concat(Words(letters, most - 1).Where(w => w.Length == most - 1).SelectMany(w => letters.Select(c => w + c))).Distinct();
}
