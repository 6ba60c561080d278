using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class ProtectedTests
{
    [Theory]
    [InlineData("P0001", "P0001", true)]
    [InlineData("P0001", "p0001", true)]
    [InlineData("P0001", "P00011", false)]
    [InlineData("P9*", "P9", true)]
    [InlineData("P9*", "p999", true)]
    [InlineData("P9*", "XP9", false)]
    [InlineData("*-admin", "ada-ADMIN", true)]
    [InlineData("*-admin", "ada-admin-2", false)]
    [InlineData("*glass*", "Break-Glass-1", true)]
    [InlineData("*glass*", "glas", false)]
    [InlineData("cn=breakglass*", "CN=BreakGlass 1,OU=people,DC=example,DC=test", true)]
    [InlineData("cn=root, ou=people", "cn = root,ou=people", true)]
    [InlineData("ren\u00e9", "rene\u0301", true)]
    [InlineData("ren\u00e9", "RENE\u0301", true)]
    [InlineData("admin", "\uff41\uff44\uff4d\uff49\uff4e", true)]
    [InlineData("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af", true)]
    [InlineData("a\u0323\u0302", "\u1ead", true)]
    [InlineData("a\u0302\u0323", "\u1ead", true)]
    [InlineData("\u0416*", "\u0436\u0443\u043a", true)]
    [InlineData("svc-*", "svc-\ud800", true)]
    [InlineData("a.c", "abc", false)]
    public void A_name_is_covered_whatever_its_case_and_form(string pattern, string name, bool covered)
        => Assert.Equal(covered, NamePattern.Matches(pattern, name));

    [Fact]
    public void The_list_is_read_for_people_for_one_system_and_for_all()
    {
        var read = Read("protected: {people: [P0001, \"P9*\"], accounts: {corp-ldap: [\"cn=breakglass*\", svc-*], \"*\": administrator}}\n");

        Assert.True(read.Protected.Covers(new PersonId("p900")));
        Assert.False(read.Protected.Covers(new PersonId("P0002")));
        Assert.Equal("svc-*", read.Protected.Covering(new SystemName("corp-ldap"), ["cn=x", "svc-backup"]));
        Assert.Null(read.Protected.Covering(new SystemName("warehouse"), ["svc-backup"]));
        Assert.Equal("administrator", read.Protected.Covering(new SystemName("warehouse"), ["Administrator"]));
    }

    [Fact]
    public void Nobody_is_protected_unless_told() => Assert.Equal((0, 0), (Read("").Protected.People.Count, Read("").Protected.Accounts.Count));

    [Fact]
    public void Observing_everything_leaves_no_system_out()
    {
        var one = Read("");
        Assert.Equal([], one.Systems.Where(s => s.Observe));

        var all = Read("mode: observe\n", ("    connector: manual\n", "    connector: manual\n    mode: enforce\n"));

        Assert.True(all.Observe);
        Assert.All(all.Systems, system => Assert.True(system.Observe));
    }

    private static Configuration Read(string more, params (string Of, string By)[] changes)
        => ConfigurationReader.Read(changes.Aggregate(Yaml.Valid, (text, change) => text.Replace(change.Of, change.By, StringComparison.Ordinal)).Replace("defaults:\n", more + "defaults:\n", StringComparison.Ordinal), TestConnectors.All)
            is { Configuration: { } configuration } ? configuration : throw new InvalidOperationException("The file has faults.");
}
