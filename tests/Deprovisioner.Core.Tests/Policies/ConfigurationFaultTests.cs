namespace Deprovisioner.Core.Tests.Policies;

public sealed class ConfigurationFaultTests
{
    [Fact]
    public void A_name_with_something_invisible_in_it_is_suggested_so_that_it_can_be_seen()
    {
        var file = Yaml.Valid.Replace("  badge:", "  \"bad\\tge\":", StringComparison.Ordinal);
        var faults = Yaml.Read(file).Faults;
        Assert.Contains(faults, f => f.Remedy == "did you mean 'bad\\u0009ge'?");
        Assert.All(faults, f => Assert.DoesNotContain(f.ToString(), char.IsControl));
    }

    [Theory]
    // The top level.
    [InlineData("defaults:\n", "default:\n", "default", "not known", "did you mean 'defaults'?")]
    [InlineData("defaults:\n", "roles: {}\ndefaults:\n", "roles", "a mapping stands where a list", "write at least one role")]
    [InlineData("defaults:\n", "reconcile: {}\ndefaults:\n", "reconcile", "how often", "every: 7d")]
    [InlineData("defaults:\n", "reconcile: {every: 5m}\ndefaults:\n", "reconcile.every", "out of range", "1h to 366d")]
    [InlineData("defaults:\n", "reconcile: {every: 7d, system: crm}\ndefaults:\n", "reconcile.system", "not known here", "")]
    [InlineData("defaults:\n", "guard: {window: 24h}\ndefaults:\n", "guard", "has no limit", "maxLeavers")]
    [InlineData("defaults:\n", "guard: {maxLeavers: 50, most: 10}\ndefaults:\n", "guard.most", "not known here", "")]
    [InlineData("defaults:\n", "guard: {maxLeavers: -1}\ndefaults:\n", "guard.maxLeavers", "no whole number in range", "write 0 to 1000000")]
    [InlineData("defaults:\n", "guard: {maxShare: 5}\ndefaults:\n", "guard.maxShare", "is no share", "5%")]
    [InlineData("defaults:\n", "guard: {maxShare: 101%}\ndefaults:\n", "guard.maxShare", "is no share", "from 0% to 100%")]
    [InlineData("defaults:\n", "guard: {maxLeavers: 5, window: 1s}\ndefaults:\n", "guard.window", "out of range", "1m")]
    [InlineData("defaults:\n", "protected: [admin]\ndefaults:\n", "protected", "a list stands where a mapping", "people")]
    [InlineData("defaults:\n", "protected: {persons: [admin]}\ndefaults:\n", "protected.persons", "not known", "people")]
    [InlineData("defaults:\n", "protected: {people: []}\ndefaults:\n", "protected.people", "list is empty", "take 'people' away")]
    [InlineData("defaults:\n", "protected: {people: [\"*\"]}\ndefaults:\n", "protected.people", "covers everything", "mode: observe")]
    [InlineData("defaults:\n", "protected: {people: [\"P*1\"]}\ndefaults:\n", "protected.people", "* in the middle", "beginning or the end")]
    [InlineData("defaults:\n", "protected: {people: [[P1]]}\ndefaults:\n", "protected.people[0]", "a list stands where a text", "write a text")]
    [InlineData("defaults:\n", "protected: {accounts: {corp-ldab: [root]}}\ndefaults:\n", "protected.accounts.corp-ldab", "not known", "did you mean 'corp-ldap'?")]
    [InlineData("defaults:\n", "protected: {accounts: {corp-ldap: {cn: root}}}\ndefaults:\n", "protected.accounts.corp-ldap", "a mapping stands where a text", "svc-*")]
    [InlineData("defaults:\n", "mode: watch\ndefaults:\n", "mode", "no mode", "observe, enforce")]
    [InlineData("defaults:\n", "---\ndefaults:\n", "", "second document", "one document")]
    // Systems.
    [InlineData("  badge:\n", "  Door: {connector: manual, owner: x}\n  badge:\n", "systems.Door", "no name for a system", "lower-case")]
    [InlineData("    connector: manual", "    connector: manul", "systems.badge.connector", "no connector 'manul'", "did you mean 'manual'? (known: ldap, scim, postgres, manual)")]
    [InlineData("    connector: manual\n", "", "systems.badge.connector", "'connector' is missing", "write connector")]
    [InlineData("    owner: facilities\n", "", "systems.badge.owner", "'owner' is missing", "Who does it")]
    [InlineData("    owner: facilities\n", "    owner:\n", "systems.badge.owner", "empty", "Who does it")]
    [InlineData("    owner: facilities\n", "    owner: [a, b]\n", "systems.badge.owner", "a list stands where a text", "Who does it")]
    [InlineData("    owner: facilities\n", "    owner: facilities\n    ownr: x\n", "systems.badge.ownr", "not known", "did you mean 'owner'?")]
    [InlineData("    owner: facilities\n", "    owner: facilities\n    owner: x\n", "systems.badge.owner", "a second time", "keep one")]
    [InlineData("    owner: facilities\n", "    owner: facilities\n    match: {value: personId}\n", "systems.badge.match", "finds no accounts", "take 'match' away")]
    [InlineData("    owner: facilities\n", "    owner: facilities\n    canary: x\n", "systems.badge.canary", "finds no accounts", "take 'canary' away")]
    [InlineData("    within: 24h", "    within: 1 day", "systems.badge.within", "no span of time", "24h|4h")]
    [InlineData("    within: 24h", "    within: 24h\n    mode: watch", "systems.badge.mode", "no mode", "observe, enforce")]
    [InlineData("    url: \"ldap://127.0.0.1:3890\"", "    url: 127.0.0.1", "systems.corp-ldap.url", "no absolute URL", "scheme and host")]
    [InlineData("    url: \"ldap://127.0.0.1:3890\"", "    url: \"ldap://admin:hunter2@127.0.0.1\"", "systems.corp-ldap.url", "user name or a password", "take it out")]
    [InlineData("    baseDn: \"dc=example,dc=test\"\n", "", "systems.corp-ldap.baseDn", "'baseDn' is missing", "dc=example")]
    [InlineData("    canary: svc-canary@example.test\n", "    groups: {baseDn: x, clases: [y]}\n", "systems.corp-ldap.groups.clases", "not known", "did you mean 'classes'?")]
    [InlineData("    canary: svc-canary@example.test\n", "    startTls: maybe\n", "systems.corp-ldap.startTls", "neither true nor false", "true or false")]
    [InlineData("    canary: svc-canary@example.test\n", "    disable: atribute\n", "systems.corp-ldap.disable", "not a choice", "did you mean 'attribute'?")]
    [InlineData("    canary: svc-canary@example.test\n", "    pageSize: many\n", "systems.corp-ldap.pageSize", "no whole number", "10")]
    [InlineData("    canary: svc-canary@example.test\n", "    caFile: \"${home}\"\n", "systems.corp-ldap.caFile", "not complete or not of a known kind", "${env:NAME}")]
    [InlineData("      value: person.email", "      value: person.mail", "systems.corp-ldap.match.value", "nothing that is known", "did you mean 'person.email'?")]
    [InlineData("      value: person.email", "      value: person.manager.email", "systems.corp-ldap.match.value", "the manager's account", "person.email")]
    [InlineData("      value: person.email", "      value: person.familyName", "systems.corp-ldap.match.value", "not one person's alone", "person.")]
    [InlineData("      attribute: mail\n      value: person.email\n", "      attribute: mail\n", "systems.corp-ldap.match.value", "'value' is missing", "person.email")]
    [InlineData("      concurrency: 8", "      concurrency: 0", "systems.corp-ldap.limits.concurrency", "no whole number in range", "1 to 1000")]
    [InlineData("      concurrency: 8", "      concurrency: 1001", "systems.corp-ldap.limits.concurrency", "no whole number in range", "1 to 1000")]
    [InlineData("      concurrency: 8", "      concurrency: 1.5", "systems.corp-ldap.limits.concurrency", "no whole number in range", "1 to 1000")]
    [InlineData("      perSecond: 50", "      perSecond: 0", "systems.corp-ldap.limits.perSecond", "no number in range", "0.01 to 10000")]
    [InlineData("      perSecond: 50", "      perSecond: fast", "systems.corp-ldap.limits.perSecond", "no number in range", "0.01 to 10000")]
    [InlineData("      timeout: 10s", "      timeout: 1ms", "systems.corp-ldap.limits.timeout", "out of range", "100ms to 10m")]
    [InlineData("      lease: 2m", "      lease: 29s", "systems.corp-ldap.limits.lease", "shorter than three time-outs", "30s or more")]
    [InlineData("      lease: 2m", "      leese: 2m", "systems.corp-ldap.limits.leese", "not known", "did you mean 'lease'?")]
    // Policies.
    [InlineData("  - name: leaver", "  - name: involuntary-leaver", "policies[1].name", "another policy is called", "its own name")]
    [InlineData("  - name: leaver\n    when:", "  - when:", "policies[1].name", "'name' is missing", "write name")]
    [InlineData("      event: terminated\n      reason:", "      event: terminate\n      reason:", "policies[0].when.event", "no event 'terminate'", "did you mean 'terminated'?")]
    [InlineData("      event: terminated\n      reason:", "      event: hr.employment.terminated.v1\n      reason:", "policies[0].when.event", "no event", "did you mean 'terminated'?")]
    [InlineData("      event: terminated\n      reason:", "      event: [terminated, chnged]\n      reason:", "policies[0].when.event", "no event 'chnged'", "did you mean 'changed'?")]
    [InlineData("      event: terminated\n      reason:", "      reason:", "policies[0].when.event", "'event' is missing", "terminated")]
    [InlineData("[involuntary, misconduct]", "[]", "policies[0].when.reason", "list is empty", "take 'reason' away")]
    [InlineData("[involuntary, misconduct]", "[involuntary, {}]", "policies[0].when.reason[1]", "a mapping stands where a text", "write a text")]
    [InlineData("[involuntary, misconduct]", "involuntary\n      urgent: yes", "policies[0].when.urgent", "neither true nor false", "true or false")]
    [InlineData("[involuntary, misconduct]", "involuntary\n      departments: x", "policies[0].when.departments", "not known", "did you mean 'department'?")]
    [InlineData("      reason: [involuntary, misconduct]\n", "", "policies[1].when", "stands before this one", "narrower policy first")]
    [InlineData("cutoff: \"12:00\"", "cutoff: \"24:00\"", "policies[0].cutoff", "no time of day", "00:00 to 23:59")]
    [InlineData("timeZone: Europe/Madrid", "timeZone: europe/madrid", "policies[0].timeZone", "no IANA time zone", "write Europe/Madrid")]
    [InlineData("timeZone: Europe/Madrid", "timeZone: Romance Standard Time", "policies[0].timeZone", "no IANA time zone", "write Europe/Paris")]
    [InlineData("      first: 1s", "      first: 2m", "policies[0].retry.max", "shorter than the first", "2m or more")]
    [InlineData("      for: 1d", "      for: 30s", "policies[0].retry.for", "shorter than the longest wait", "1m or more")]
    [InlineData("      for: 1d", "      for: 9999d", "policies[0].retry.for", "no span of time|out of range", "30d|366d")]
    // Stages and steps.
    [InlineData("      - name: retire", "      - name: Retire", "policies[0].stages[1].name", "no name for a stage", "lower-case")]
    [InlineData("      - name: retire", "      - name: contain", "policies[0].stages[1].name", "another stage 'contain'", "its own name")]
    [InlineData("        within: 5m", "        within: 5min", "policies[0].stages[0].within", "no span of time", "5m")]
    [InlineData("        within: 5m", "        within: 0s", "policies[0].stages[0].within", "out of range", "1s to")]
    [InlineData("        within: 5m", "        withn: 5m", "policies[0].stages[0].withn", "not known", "did you mean 'within'?")]
    [InlineData("        approval: required", "        approval: yes", "policies[0].stages[1].approval", "not known here", "approval: required")]
    [InlineData("          - system: \"*\"\n            action: delete-account", "          []", "policies[0].stages[1].steps", "list is empty", "at least one")]
    [InlineData("            action: delete-account", "            action: delete-acount", "policies[0].stages[1].steps[0].action", "no action 'delete-acount'", "did you mean 'delete-account'?")]
    [InlineData("            action: delete-account", "            action: reclaim-licence", "policies[0].stages[1].steps[0].action", "no configured system can do reclaim-licence", "take the step away")]
    [InlineData("            action: delete-account", "            action: restore-account", "policies[0].stages[1].steps[0].action", "restores no accounts", "take the step away")]
    [InlineData("            action: revoke-sessions", "            action: disable-account", "policies[0].stages[0].steps[1].action", "on warehouse already", "keep one")]
    [InlineData("          - system: badge", "          - system: bagde", "policies[1].stages[0].steps[1].system", "no system 'bagde'", "did you mean 'badge'?")]
    [InlineData("          - system: badge", "          - system: warehouse", "policies[1].stages[0].steps[1].action", "cannot do manual-task (connector postgres)", "transfer-data")]
    [InlineData("            to: manager", "            to: ceo", "policies[1].stages[0].steps[0].to", "only as manager", "to: manager")]
    [InlineData("            action: manual-task", "            action: manual-task\n            to: manager", "policies[1].stages[0].steps[1].to", "on transfer-data only", "take it away")]
    [InlineData("            to: manager", "            instruction: x", "policies[1].stages[0].steps[0].instruction", "reads no instruction", "manual-task")]
    [InlineData("    when:\n      event: terminated\n    stages:", "    when:\n      event: leave-started\n    stages:", "policies[1].stages[0].steps[0].action", "comes back, and transfer-data cannot be undone", "write disable-account, revoke-sessions or remove-entitlements")]
    [InlineData("            instruction: Collect the badge\n", "            instruction: Collect the badge\n  - name: rehire\n    when: {event: hired}\n    stages: [{name: contain, steps: [{system: warehouse, action: disable-account}]}]\n", "policies[2].stages[0].steps[0].action", "takes nothing away", "write restore-account or manual-task")]
    // Defaults.
    [InlineData("  bridge: 1d", "  bridge: 32d", "defaults.bridge", "out of range", "31d")]
    [InlineData("  bridge: 1d", "  bridge: weekend", "defaults.bridge", "no span of time", "72h|4h")]
    [InlineData("  timeZone: Europe/Berlin", "  timeZone: CEST", "defaults.timeZone", "no IANA time zone", "Europe/Berlin")]
    [InlineData("  cutoff: \"17:30\"", "  cutoff: 5pm", "defaults.cutoff", "no time of day", "18:00")]
    [InlineData("    New York: America/New_York", "    New York: New York", "defaults.locations.New York", "no IANA time zone", "Europe/Berlin")]
    [InlineData("    New York: America/New_York", "    BERLIN: Europe/Berlin", "defaults.locations.BERLIN", "stands here twice", "keep one")]
    public void A_file_spoilt_in_one_place_has_one_fault_there_with_its_remedy(string piece, string replacement, string path, string message, string remedy)
    {
        var fault = Yaml.OneFault(Yaml.With(piece, replacement));

        Assert.Equal(path, fault.Path);
        Assert.True(message.Split('|').Any(m => fault.Message.Contains(m, StringComparison.Ordinal)), fault.ToString());
        Assert.True(remedy.Split('|').Any(m => fault.Remedy.Contains(m, StringComparison.Ordinal)), fault.ToString());
        var lines = Yaml.Valid.Replace(piece, replacement, StringComparison.Ordinal).Split('\n');
        Assert.InRange(fault.Line, 1, lines.Length);
        Assert.InRange(fault.Column, 1, lines[fault.Line - 1].Length + 1);
    }

    [Fact]
    public void All_faults_are_told_at_once_in_the_order_of_the_file()
    {
        var reading = Yaml.Read(Yaml.Valid
            .Replace("value: person.email", "value: person.mail", StringComparison.Ordinal)
            .Replace("within: 24h", "within: soon", StringComparison.Ordinal)
            .Replace("timeZone: Europe/Madrid", "timeZone: Mars", StringComparison.Ordinal)
            .Replace("action: delete-account", "action: destroy", StringComparison.Ordinal)
            .Replace("cutoff: \"17:30\"", "cutoff: noon", StringComparison.Ordinal));

        Assert.Null(reading.Configuration);
        Assert.Equal(
            ["systems.corp-ldap.match.value", "systems.badge.within", "policies[0].timeZone", "policies[0].stages[1].steps[0].action", "defaults.cutoff"],
            reading.Faults.Select(f => f.Path));
    }

    [Fact]
    public void A_fault_names_line_and_column_from_1()
    {
        var fault = Yaml.OneFault(Yaml.With("      value: person.email", "      value: person.mail"));

        Assert.Equal((10, 14), (fault.Line, fault.Column));
        Assert.Equal("10:14: systems.corp-ldap.match.value: 'person.mail' is nothing that is known of a person; did you mean 'person.email'?", fault.ToString());
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("\"hunter2 ${env:X\"")]
    [InlineData("!hunter2 x")]
    [InlineData("*hunter2")]
    [InlineData("[hunter2]")]
    [InlineData("{hunter2: x}")]
    [InlineData("{password:hunter2}")]
    [InlineData("hunter2: x: y")]
    [InlineData("\"hunter2")]
    [InlineData("'hunter2")]
    [InlineData("|\n  hunter2")]
    [InlineData("%hunter2")]
    [InlineData("@hunter2")]
    [InlineData("\"\\hunter2\"")]
    [InlineData("\"Host=db;Password=hunter2;Application Name=${env:APP}\"")]
    [InlineData("\"Host=${env:HOST};Pwd = hunter2\"")]
    [InlineData("\"postgres://u:hunter2@${env:HOST}/db\"")]
    public void A_secret_that_stands_as_a_value_is_refused_and_never_shown(string value)
    {
        foreach (var (piece, replacement) in new[]
        {
            ("    password: \"${env:LDAP_PASSWORD}\"", $"    password: {value}"),
            ("    connection: \"${env:WAREHOUSE}\"", $"    connection: {value}"),
            ("    connection: \"${env:WAREHOUSE}\"", $"    {{connection:{value}}}"),
            ("    connection: \"${env:WAREHOUSE}\"", $"    connection:{value}"),
        })
        {
            var reading = Yaml.With(piece, replacement);
            Assert.Null(reading.Configuration);
            Assert.NotEmpty(reading.Faults);
            Assert.All(reading.Faults, f => Assert.DoesNotContain("hunter2", f.ToString(), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("\"${env:WAREHOUSE}\"")]
    [InlineData("${file:/run/secrets/warehouse}")]
    [InlineData("\"Host=db;Username=app;Password=${env:PW}\"")]
    [InlineData("\"postgres://app:${env:PW}@db/warehouse\"")]
    public void A_secret_that_is_referred_to_is_taken(string value)
        => Assert.Empty(Yaml.With("    connection: \"${env:WAREHOUSE}\"", $"    connection: {value}").Faults);

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("systems")]
    [InlineData("- a")]
    [InlineData("systems: {}\npolicies: []")]
    [InlineData("systems: null\npolicies: null")]
    [InlineData("systems: [")]
    [InlineData("systems: {a: b")]
    [InlineData("a: b: c")]
    [InlineData("\tsystems: {}")]
    [InlineData("systems: &a [*a]")]
    [InlineData("systems: *b")]
    [InlineData("? [a]\n: b")]
    [InlineData("systems: \u0000")]
    [InlineData("systems: \u202e")]
    [InlineData("systems: !!binary aGk=")]
    [InlineData("<<: {a: b}")]
    public void What_is_no_configuration_is_refused(string text)
    {
        var reading = Yaml.Read(text);
        Assert.Null(reading.Configuration);
        Assert.NotEmpty(reading.Faults);
        Assert.All(reading.Faults, f => Assert.True(f is { Line: >= 1, Column: >= 1, Message.Length: > 0, Remedy.Length: > 0 }));
    }

    [Theory]
    [InlineData(0x202E, "\\u202E")]
    [InlineData(0x2066, "\\u2066")]
    [InlineData(0x0007, "\\u0007")]
    [InlineData(0x009B, "\\u009B")]
    [InlineData(0xFEFF, "\\uFEFF")]
    [InlineData(0xDC00, "\\uDC00")]
    public void A_character_that_hides_something_is_refused_even_in_a_comment(int character, string shown)
    {
        var fault = Yaml.OneFault(Yaml.With("    owner: facilities\n", $"    owner: facilities # {(char)character}\n"));
        Assert.Equal((24, 25), (fault.Line, fault.Column));
        Assert.Contains(shown, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_one_megabyte_is_refused()
        => Assert.Contains("may have", Yaml.OneFault(Yaml.Read(Yaml.Valid + "\n# " + new string('x', 1024 * 1024))).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_without_end_and_aliases_that_multiply_are_refused()
    {
        Assert.Contains("nested", Yaml.OneFault(Yaml.Read("systems: " + new string('[', 500_000))).Message, StringComparison.Ordinal);
        var laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Join('\n', Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]"));
        Assert.Contains("aliases", Yaml.OneFault(Yaml.Read(laughs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Anchors_and_aliases_share_what_is_the_same()
    {
        var reading = Yaml.With(
            "          - system: warehouse\n            action: transfer-data\n            to: manager\n          - system: badge\n            action: manual-task\n            instruction: Collect the badge",
            "          - &badge\n            system: badge\n            action: manual-task\n      - name: later\n        after: 1d\n        steps:\n          - *badge");

        Assert.Empty(reading.Faults);
        Assert.Equal(reading.Configuration!.Policies[1].Stages[0].Steps, reading.Configuration.Policies[1].Stages[1].Steps);
    }

    [Fact]
    public void A_lease_that_is_not_given_follows_a_long_time_out()
        => Assert.Equal(
            TimeSpan.FromMinutes(15),
            Yaml.With("      timeout: 10s\n      lease: 2m\n", "      timeout: 5m\n").Configuration!.Systems[0].Limits.Lease);

    [Fact]
    public void Settings_may_be_nested_or_dotted_and_lists_are_numbered()
    {
        var nested = Yaml.With("    canary: svc-canary@example.test\n", "    groups: {baseDn: ou=groups, classes: [a, b]}\n").Configuration!.Systems[0].Values;
        var dotted = Yaml.With("    canary: svc-canary@example.test\n", "    groups.baseDn: ou=groups\n    groups.classes: [a, b]\n").Configuration!.Systems[0].Values;

        Assert.Equal(("ou=groups", "a", "b"), (nested["groups.baseDn"], nested["groups.classes.0"], nested["groups.classes.1"]));
        Assert.Equal(nested, dotted);
    }
}
