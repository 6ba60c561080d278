using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Worker.Tests.Plans;

/// <summary>The organisation whose people the approved plans are about: a directory, a CRM, a warehouse, a chat that is only observed, badges and laptops by hand.</summary>
internal static class ReferenceCompany
{
    public const string Yaml =
        """
        systems:
          corp-ldap:
            connector: ldap
            url: "ldap://ldap.example.test:389"
            bindDn: "cn=deprovisioner,dc=example,dc=test"
            password: "${env:LDAP_PASSWORD}"
            baseDn: "dc=example,dc=test"
            match: {attribute: mail, value: person.email}
          crm: {connector: scim, url: "https://crm.example.test/scim/v2", token: "${env:CRM_TOKEN}", match: {attribute: userName, value: person.email}}
          warehouse: {connector: postgres, connection: "${env:WAREHOUSE}", match: {value: person.userName}, reassignOwnedTo: person.manager.userName}
          chat: {connector: scim, url: "https://chat.example.test/scim/v2", token: "${env:CHAT_TOKEN}", match: {attribute: userName, value: person.email}, mode: observe}
          badge: {connector: manual, owner: facilities, within: 24h, verify: required}
        defaults:
          timeZone: Europe/Berlin
          cutoff: "18:00"
          locations: {Berlin: Europe/Berlin, Kolkata: Asia/Kolkata, Auckland: Pacific/Auckland, Adelaide: Australia/Adelaide, New York: America/New_York}
        roles:
          - {name: everybody, when: {}, grants: {corp-ldap: ["cn=staff"]}}
          - {name: finance, when: {department: Finance}, grants: {corp-ldap: ["cn=finance", "cn=reports"], warehouse: [analysts]}}
          - {name: sales, when: {department: Sales}, grants: {corp-ldap: ["cn=sales", "cn=reports"], crm: [sellers]}}
        policies:
          - name: executive
            when: {event: terminated, title: "Chief*"}
            stages:
              - {name: contain, within: 15m, approval: required, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
              - {name: handover, within: 7d, steps: [{system: warehouse, action: transfer-data, to: manager}]}
              - {name: retire, after: 90d, approval: required, steps: [{system: "*", action: delete-account}]}
          - name: involuntary
            when: {event: terminated, reason: [involuntary, misconduct]}
            stages:
              - {name: contain, within: 5m, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
              - {name: revoke, within: 4h, steps: [{system: "*", action: remove-entitlements}, {system: "*", action: revoke-credentials}]}
              - name: handover
                within: 2d
                steps:
                  - {system: warehouse, action: transfer-data, to: manager}
                  - {system: badge, action: manual-task, instruction: "Collect the badge and the laptop, today"}
              - {name: retire, after: 30d, approval: required, steps: [{system: "*", action: delete-account}]}
          - name: contractor-end
            when: {event: terminated, workerType: contractor}
            cutoff: "12:00"
            stages:
              - {name: contain, within: 1h, steps: [{system: "*", action: disable-account}]}
              - {name: revoke, within: 1d, steps: [{system: "*", action: remove-entitlements}]}
          - name: intern
            when: {event: terminated, workerType: intern}
            cutoff: "02:30"
            stages:
              - {name: contain, steps: [{system: "*", action: disable-account}]}
              - {name: retire, after: 7d, steps: [{system: crm, action: delete-account, reversible: 30d}]}
          - name: workshop
            when: {event: terminated, department: Workshop}
            stages:
              - {name: block, within: 1h, steps: [{system: badge, action: manual-task, instruction: "Block the badge"}]}
              - {name: collect, within: 2d, steps: [{system: badge, action: manual-task, owner: it-desk, instruction: "Take back the tablet", needs: [{system: badge, action: manual-task}]}]}
          - name: voluntary
            when: {event: terminated, workerType: [employee, director]}
            stages:
              - {name: contain, within: 1h, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
              - {name: revoke, within: 1d, steps: [{system: "*", action: remove-entitlements}, {system: corp-ldap, action: revoke-credentials, when: {location: Berlin}}]}
              - {name: handover, within: 7d, steps: [{system: warehouse, action: transfer-data, to: manager}, {system: badge, action: manual-task, instruction: "Collect the badge"}]}
          - name: leave-of-absence
            when: {event: leave-started}
            stages: [{name: contain, within: 1d, steps: [{system: "*", action: disable-account}]}]
          - name: into-finance
            when: {event: transferred, department: Finance}
            unexplained: revoke
            stages: [{name: revoke, within: 1d, steps: [{system: "*", action: remove-entitlements}]}]
          - name: mover
            when: {event: transferred}
            grace: 7d
            unexplained: review
            stages: [{name: revoke, within: 1d, steps: [{system: "*", action: remove-entitlements}]}]
          - name: return
            when: {event: [termination-rescinded, leave-ended]}
            stages: [{name: restore, within: 4h, steps: [{system: corp-ldap, action: restore-account}, {system: crm, action: restore-account}, {system: warehouse, action: restore-account}]}]
          - name: rehire
            when: {event: hired, workerType: employee}
            stages: [{name: restore, steps: [{system: "*", action: restore-account}, {system: badge, action: manual-task, instruction: "Hand out a badge"}]}]
        guard: {window: 24h, maxLeavers: 3}
        protected: {people: ["PBREAKGLASS*"], accounts: {corp-ldap: ["svc-*"]}}
        """;

    public static Configuration Configuration { get; } = Read(Yaml);

    /// <summary>The same, with every system only observed.</summary>
    public static Configuration Observing { get; } = Read(Yaml + "\nmode: observe\n");

    public static SystemActions Actions(Configuration configuration) => new(configuration.Systems, ConnectorCatalogue.Descriptions);

    private static Configuration Read(string text)
    {
        var reading = ConfigurationReader.Read(text, ConnectorCatalogue.Descriptions);
        Assert.Empty(reading.Faults);
        return reading.Configuration!;
    }
}
