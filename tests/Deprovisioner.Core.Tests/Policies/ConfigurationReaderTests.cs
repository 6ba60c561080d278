using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class ConfigurationReaderTests
{
    private const string Design =
        """
        systems:
          corp-ldap:   {connector: ldap, url: "ldap://127.0.0.1:3890", bindDn: "cn=admin,dc=example,dc=test", password: "${env:LDAP_PASSWORD}",
                        baseDn: "dc=example,dc=test", match: {attribute: mail, value: person.email}, canary: svc-canary@example.test,
                        limits: {concurrency: 8, perSecond: 50}}
          warehouse:   {connector: postgres, connection: "${env:WAREHOUSE}", match: {value: person.userName}, reassignOwnedTo: person.manager.userName}
          crm:         {connector: scim, url: "https://crm.example.test/scim/v2", token: "${file:/run/secrets/crm}", match: {attribute: userName, value: person.email}, mode: observe}
          badge:       {connector: manual, owner: facilities, within: 24h}
        policies:
          - name: involuntary-leaver
            when: {event: terminated, reason: [involuntary, misconduct]}
            stages:
              - {name: contain, within: 5m, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
              - {name: revoke, within: 4h, steps: [{system: "*", action: remove-entitlements}, {system: "*", action: revoke-credentials}]}
              - {name: handover, within: 2d, steps: [{system: warehouse, action: transfer-data, to: manager}]}
              - {name: retire, after: 30d, approval: required, steps: [{system: "*", action: delete-account}]}
        """;

    [Fact]
    public void The_designs_example_is_read_whole()
    {
        var reading = Yaml.Read(Design);

        Assert.Empty(reading.Faults);
        var configuration = reading.Configuration!;
        Assert.Equal(["corp-ldap", "warehouse", "crm", "badge"], configuration.Systems.Select(s => s.Name.Value));
        var ldap = configuration.Systems[0];
        Assert.Equal("${env:LDAP_PASSWORD}", ldap.Values["password"]);
        Assert.Equal(["baseDn", "bindDn", "password", "url"], ldap.Values.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new AccountMatch("mail", "person.email"), ldap.Match);
        Assert.Equal("svc-canary@example.test", ldap.Canary);
        Assert.Equal(new SystemLimits { Concurrency = 8, PerSecond = 50 }, ldap.Limits);
        Assert.Equal(new AccountMatch(null, "person.userName"), configuration.Systems[1].Match);
        Assert.True(configuration.Systems[2].Observe);
        Assert.Null(configuration.Systems[3].Match);
        Assert.Equal("24h", configuration.Systems[3].Values["within"]);

        var policy = Assert.Single(configuration.Policies);
        Assert.Equal("terminated", policy.When.Event);
        Assert.Equal(["involuntary", "misconduct"], policy.When.Reasons);
        Assert.Equal(["contain", "revoke", "handover", "retire"], policy.Stages.Select(s => s.Name));
        Assert.Equal(TimeSpan.FromMinutes(5), policy.Stages[0].Within);
        Assert.Equal(TimeSpan.FromDays(30), policy.Stages[3].After);
        Assert.True(policy.Stages[3].ApprovalRequired);
        Assert.False(policy.Stages[0].ApprovalRequired);
        Assert.Equal(new PolicyStep { System = null, Action = StepAction.RevokeSessions }, policy.Stages[0].Steps[1]);
        Assert.Equal(new PolicyStep { System = new SystemName("warehouse"), Action = StepAction.TransferData }, policy.Stages[2].Steps[0]);
        Assert.Equal("Etc/UTC", configuration.Defaults.TimeZone);
        Assert.Equal(new TimeOnly(18, 0), configuration.Defaults.Cutoff);
        Assert.Equal(TimeSpan.FromHours(72), configuration.Defaults.Bridge);
    }

    [Fact]
    public void Block_style_says_the_same_and_every_key_is_read()
    {
        var reading = Yaml.Read(Yaml.Valid);

        Assert.Empty(reading.Faults);
        var configuration = reading.Configuration!;
        var policy = configuration.Policies[0];
        Assert.Equal(new TimeOnly(12, 0), policy.Cutoff);
        Assert.Equal("Europe/Madrid", policy.TimeZone);
        Assert.Equal(new RetryBudget { First = TimeSpan.FromSeconds(1), Max = TimeSpan.FromMinutes(1), For = TimeSpan.FromDays(1) }, policy.Retry);
        Assert.Equal("Collect the badge", configuration.Policies[1].Stages[0].Steps[1].Instruction);
        Assert.Equal(new TimeOnly(17, 30), configuration.Defaults.Cutoff);
        Assert.Equal(TimeSpan.FromDays(1), configuration.Defaults.Bridge);
        Assert.Equal("America/New_York", configuration.Defaults.LocationZones["new york"]);
    }
}
