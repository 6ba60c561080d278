using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Policies;

/// <summary>A valid file, in block style, to be spoilt in one place by a test.</summary>
internal static class Yaml
{
    public const string Valid =
        """
        systems:
          corp-ldap:
            connector: ldap
            url: "ldap://127.0.0.1:3890"
            bindDn: "cn=admin,dc=example,dc=test"
            password: "${env:LDAP_PASSWORD}"
            baseDn: "dc=example,dc=test"
            match:
              attribute: mail
              value: person.email
            canary: svc-canary@example.test
            limits:
              concurrency: 8
              perSecond: 50
              timeout: 10s
              lease: 2m
          warehouse:
            connector: postgres
            connection: "${env:WAREHOUSE}"
            match:
              value: person.userName
          badge:
            connector: manual
            owner: facilities
            within: 24h
        policies:
          - name: involuntary-leaver
            when:
              event: terminated
              reason: [involuntary, misconduct]
            cutoff: "12:00"
            timeZone: Europe/Madrid
            retry:
              first: 1s
              max: 1m
              for: 1d
            stages:
              - name: contain
                within: 5m
                steps:
                  - system: "*"
                    action: disable-account
                  - system: warehouse
                    action: revoke-sessions
              - name: retire
                after: 30d
                approval: required
                steps:
                  - system: "*"
                    action: delete-account
          - name: leaver
            when:
              event: terminated
            stages:
              - name: handover
                within: 2d
                steps:
                  - system: warehouse
                    action: transfer-data
                    to: manager
                  - system: badge
                    action: manual-task
                    instruction: Collect the badge
        defaults:
          timeZone: Europe/Berlin
          cutoff: "17:30"
          bridge: 1d
          locations:
            Berlin: Europe/Berlin
            New York: America/New_York
        """;

    public static ConfigurationReading Read(string text) => ConfigurationReader.Read(text, TestConnectors.All);

    /// <summary>The valid file with one piece replaced, which must be in it exactly once.</summary>
    public static ConfigurationReading With(string piece, string replacement)
    {
        Assert.Equal(2, Valid.Split(piece).Length);
        return Read(Valid.Replace(piece, replacement, StringComparison.Ordinal));
    }

    public static ConfigurationFault OneFault(ConfigurationReading reading)
    {
        Assert.Null(reading.Configuration);
        return Assert.Single(reading.Faults);
    }
}
