using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using static Deprovisioner.Core.Tests.Access.TransferRun;

namespace Deprovisioner.Core.Tests.Access;

public sealed class AccessModelTests
{
    private static readonly AccessModel Model = new(Roles);

    [Fact]
    public void What_only_the_old_assignment_justified_is_lost_and_what_both_do_is_kept()
    {
        var change = Model.Change(Analyst, Seller, []);

        Assert.Equal(["corp-ldap cn=finance: finance", "warehouse analysts: finance"], Text(change.Lost));
        Assert.Equal(["corp-ldap CN=Reports: sales", "corp-ldap cn=staff: everybody"], Text(change.Kept));
        Assert.Equal(["corp-ldap cn=sales: sales"], Text(change.Gained));
    }

    [Fact]
    public void What_another_active_employment_justifies_is_kept_and_not_gained()
    {
        var change = Model.Change(Analyst, Seller, [Analyst with { Title = "Controller" }]);

        Assert.Empty(change.Lost);
        Assert.Contains("warehouse analysts: finance", Text(change.Kept));
        Assert.Equal(["corp-ldap cn=sales: sales"], Text(Model.Change(Analyst, Seller, [Analyst]).Gained));
        Assert.Empty(Model.Change(Analyst, Seller, [Seller]).Gained);
    }

    [Fact]
    public void All_roles_that_justify_it_are_named_and_each_once()
    {
        var model = new AccessModel([Role("a", new(), ("crm", ["x"])), Role("b", new(), ("crm", ["X"]), ("warehouse", ["x"]))]);

        Assert.Equal(["crm x: a b", "warehouse x: b"], Text(model.Justified(Analyst, Seller)));
    }

    [Theory]
    [InlineData("finance", "ANALYST", true)]
    [InlineData("Finance", "Controller", false)]
    [InlineData("Sales", "Analyst", false)]
    [InlineData(null, "Analyst", false)]
    public void A_condition_is_met_where_each_list_that_it_has_names_the_value(string? department, string? title, bool met)
    {
        var when = new RoleCondition { Departments = ["Finance", "Treasury"], Titles = ["Analyst"] };

        Assert.Equal(met, when.IsMetBy(new Assignment(department, title, null, null, null)));
        Assert.False(when.IsMetBy(null));
        Assert.True(new RoleCondition().IsMetBy(null));
        Assert.False(new RoleCondition { Locations = ["Berlin"] }.IsMetBy(new Assignment(department, title, "Bonn", null, null)));
        Assert.False(new RoleCondition { WorkerTypes = ["employee"] }.IsMetBy(new Assignment(department, title, "Bonn", null, "contractor")));
    }

    [Fact]
    public void The_same_word_on_another_system_is_another_entitlement_and_case_does_not_matter()
    {
        var one = new SystemEntitlement(new SystemName("crm"), "x");
        Assert.False(one.Equals(new SystemEntitlement(new SystemName("warehouse"), "x")));
        Assert.False(one.Equals(new SystemEntitlement(new SystemName("crm"), "y")));
        Assert.True(one.Equals(new SystemEntitlement(new SystemName("crm"), "X")));
    }

    private static IEnumerable<string> Text(IReadOnlyList<JustifiedEntitlement> entitlements)
        => entitlements.Select(e => $"{e.Entitlement.System} {e.Entitlement.Entitlement}: {string.Join(' ', e.Roles)}").Order(StringComparer.Ordinal);
}
