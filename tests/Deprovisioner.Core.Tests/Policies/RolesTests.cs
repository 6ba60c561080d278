using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class RolesTests
{
    private const string Valid =
        """
        systems:
          corp-ldap:
            connector: ldap
            url: "ldap://127.0.0.1:3890"
            bindDn: "cn=admin,dc=example,dc=test"
            password: "${env:LDAP_PASSWORD}"
            baseDn: "dc=example,dc=test"
            match: {value: person.email}
          warehouse:
            connector: postgres
            connection: "${env:WAREHOUSE}"
            match: {value: person.userName}
          badge: {connector: manual, owner: facilities}
        roles:
          - name: everybody
            when: {}
            grants: {corp-ldap: ["cn=staff"]}
          - name: finance-analyst
            when: {department: Finance, title: [Analyst, Controller], location: Berlin, workerType: employee}
            grants:
              corp-ldap: ["cn=finance,ou=groups,dc=example,dc=test"]
              warehouse: analysts
          - name: finance-too
            when: {department: Finance, title: [Analyst, Controller], location: Berlin, workerType: employee}
            grants: {warehouse: readers}
        policies:
          - name: mover
            when: {event: transferred}
            grace: 7d
            unexplained: review
            stages:
              - name: revoke
                steps:
                  - {system: "*", action: remove-entitlements}
                  - {system: badge, action: manual-task, instruction: New badge}
          - name: leaver
            when: {event: terminated}
            stages:
              - name: contain
                steps:
                  - {system: "*", action: disable-account}
        """;

    [Fact]
    public void Roles_grace_and_what_is_unexplained_are_read()
    {
        var configuration = Yaml.Read(Valid).Configuration!;

        Assert.Equal(["everybody", "finance-analyst", "finance-too"], configuration.Roles.Select(r => r.Name));
        var role = configuration.Roles[1];
        Assert.Equal(["Finance"], role.When.Departments);
        Assert.Equal(["Analyst", "Controller"], role.When.Titles);
        Assert.Equal(["Berlin"], role.When.Locations);
        Assert.Equal(["employee"], role.When.WorkerTypes);
        Assert.Equal(["analysts"], role.Grants[new SystemName("warehouse")]);
        Assert.Equal((TimeSpan.FromDays(7), UnexplainedEntitlements.Review), (configuration.Policies[0].Grace, configuration.Policies[0].Unexplained));
        Assert.Equal((TimeSpan.Zero, UnexplainedEntitlements.Keep), (configuration.Policies[1].Grace, configuration.Policies[1].Unexplained));
    }

    [Theory]
    [InlineData("warehouse: analysts", "warehous: analysts", "roles[1].grants.warehous", "no system 'warehous'", "did you mean 'warehouse'?")]
    [InlineData("warehouse: analysts", "badge: door", "roles[1].grants.badge", "cannot do remove-entitlements (connector manual)", "manual-task")]
    [InlineData("warehouse: analysts", "warehouse: []", "roles[1].grants.warehouse", "list is empty", "at least one")]
    [InlineData("warehouse: analysts", "warehouse: [analysts, Analysts]", "roles[1].grants.warehouse", "stands here twice", "keep one")]
    [InlineData("warehouse: analysts", "warehouse: \"\"", "roles[1].grants.warehouse", "the value is empty", "write a text")]
    [InlineData("{warehouse: readers}", "{}", "roles[2].grants", "grants nothing", "name a system")]
    [InlineData("{warehouse: readers}", "[warehouse]", "roles[2].grants", "a list stands where a mapping", "keys and values")]
    [InlineData("name: finance-too", "name: Finance-Analyst", "roles[2].name", "another role is called", "its own name")]
    [InlineData("    when: {}\n", "", "roles[0].when", "'when' is missing", "when: {} for everybody")]
    [InlineData("    grants: {warehouse: readers}\n", "", "roles[2].grants", "'grants' is missing", "write what the role gives")]
    [InlineData("    when: {}\n", "    when: {reason: voluntary}\n", "roles[0].when.reason", "not known", "write one of: workerType, department, title, location")]
    [InlineData("    when: {}\n", "    when: {}\n    owner: me\n", "roles[0].owner", "not known", "write one of: name, when, grants")]
    [InlineData("{warehouse: readers}", "{warehouse: Analysts}", "roles[2].grants", "the role 'finance-analyst' (line 18) is for all that this one is for", "take this role away")]
    [InlineData("grants: {corp-ldap: [\"cn=staff\"]}", "grants: {corp-ldap: [\"cn=staff\"], warehouse: [readers]}", "roles[2].grants", "the role 'everybody' (line 15)", "take this role away")]
    [InlineData("{warehouse: readers}", "{warehouse: analysts, corp-ldap: \"cn=finance,ou=groups,dc=example,dc=test\"}", "roles[2].grants", "the role 'finance-analyst' (line 18)", "take this role away")]
    [InlineData("location: Berlin, workerType: employee}\n    grants: {warehouse: readers}", "location: Berlin}\n    grants: {warehouse: analysts, corp-ldap: [\"cn=finance,ou=groups,dc=example,dc=test\", x]}", "roles[1].grants", "the role 'finance-too' (line 23)", "take this role away")]
    [InlineData("grace: 7d", "grace: soon", "policies[0].grace", "no span of time", "7d|4h")]
    [InlineData("unexplained: review", "unexplained: revue", "policies[0].unexplained", "not known here", "did you mean 'review'?")]
    [InlineData("    when: {event: terminated}\n", "    when: {event: terminated}\n    grace: 1d\n", "policies[1].grace", "for transferred only", "take it away")]
    [InlineData("    when: {event: terminated}\n", "    when: {event: terminated}\n    unexplained: keep\n", "policies[1].unexplained", "for transferred only", "take it away")]
    [InlineData("{system: \"*\", action: remove-entitlements}", "{system: \"*\", action: disable-account}", "policies[0].stages[0].steps[0].action", "does no disable-account: who moves keeps the account", "remove-entitlements, or manual-task")]
    [InlineData("{system: \"*\", action: remove-entitlements}", "{system: \"*\", action: revoke-credentials}", "policies[0].stages[0].steps[0].action", "does no revoke-credentials", "remove-entitlements, or manual-task")]
    [InlineData("{system: \"*\", action: remove-entitlements}", "{system: warehouse, action: delete-account}", "policies[0].stages[0].steps[0].action", "does no delete-account", "remove-entitlements, or manual-task")]
    public void Each_fault_is_told_with_its_place_and_a_remedy(string piece, string replacement, string path, string message, string remedy)
    {
        var fault = OneFault(piece, replacement);

        Assert.Equal(path, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Contains(remedy.Split('|')[^1], fault.Remedy, StringComparison.Ordinal);
        Assert.InRange(fault.Line, 15, 60);
        Assert.InRange(fault.Column, 5, 80);
    }

    [Fact]
    public void A_removal_that_no_role_fills_is_refused()
    {
        var without = Valid[..Valid.IndexOf("roles:", StringComparison.Ordinal)] + Valid[Valid.IndexOf("policies:", StringComparison.Ordinal)..];
        Assert.Contains("there are no roles", Yaml.OneFault(Yaml.Read(without)).Message, StringComparison.Ordinal);

        var elsewhere = Yaml.Read(Valid.Replace("warehouse: analysts", "corp-ldap: x", StringComparison.Ordinal)).Faults;
        Assert.NotEmpty(elsewhere);
        var onlyLdap = Valid.Replace("\n      warehouse: analysts", "", StringComparison.Ordinal).Replace("{warehouse: readers}", "{corp-ldap: readers}", StringComparison.Ordinal)
            .Replace("{system: \"*\", action: remove-entitlements}", "{system: warehouse, action: remove-entitlements}", StringComparison.Ordinal);
        Assert.Contains("no role grants anything on warehouse", Yaml.OneFault(Yaml.Read(onlyLdap)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("analysts")]
    public void Roles_that_are_no_list_are_refused(string roles)
    {
        var text = Valid[..Valid.IndexOf("roles:", StringComparison.Ordinal)] + $"roles: {roles}\n" + Valid[Valid.IndexOf("policies:", StringComparison.Ordinal)..];

        Assert.Contains(Yaml.Read(text).Faults, fault => fault.Path == "roles" && fault.Remedy.StartsWith("write at least one role", StringComparison.Ordinal));
    }

    private static ConfigurationFault OneFault(string piece, string replacement)
    {
        Assert.Equal(2, Valid.Split(piece).Length);
        return Yaml.OneFault(Yaml.Read(Valid.Replace(piece, replacement, StringComparison.Ordinal)));
    }
}
