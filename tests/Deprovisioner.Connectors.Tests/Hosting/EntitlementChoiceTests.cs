using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class EntitlementChoiceTests
{
    private static readonly Entitlement[] Present = [new("g1", "Readers"), new("g2", "Writers"), new("g3", "Staff")];

    [Theory]
    [InlineData("Readers", "g2,g3")]
    [InlineData("rEADERS", "g2,g3")]
    [InlineData("g1", "g2,g3")]
    [InlineData("G1", "g2,g3")]
    [InlineData("nobody", "g1,g2,g3")]
    public void What_is_kept_is_kept_in_any_spelling_even_if_it_is_to_go_by_name_and_everything_unexplained_too(string keep, string goes)
    {
        var choice = EntitlementChoice.Of(new EntitlementSelection { Keep = [keep], Remove = ["Readers", "g1"], Unexplained = UnexplainedEntitlements.Revoke }, Present);
        Assert.Equal(goes.Split(','), choice.Remove.Select(e => e.Id));
    }

    [Theory]
    [InlineData("g2", "g2")]
    [InlineData("Writers", "g2")]
    [InlineData("G2", "")]
    [InlineData("writers", "")]
    public void What_is_to_go_is_meant_exactly(string remove, string goes)
    {
        var choice = EntitlementChoice.Of(new EntitlementSelection { Remove = [remove] }, Present);
        Assert.Equal(goes, string.Join(',', choice.Remove.Select(e => e.Id)));
        Assert.Equal(3 - choice.Remove.Count, choice.Unexplained.Count);
    }
}
