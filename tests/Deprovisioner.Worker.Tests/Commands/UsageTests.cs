namespace Deprovisioner.Worker.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class UsageTests
{
    /// <summary>Every command, groups too.</summary>
    private static readonly string[] All =
    [
        "run", "migrate", "publish", "plan",
        "sagas", "sagas list", "sagas show",
        "replay", "replay list", "replay show", "replay start", "replay resume", "replay cancel", "resolve", "choose", "skip", "cancel", "approve",
        "holds", "holds list", "holds release", "holds reject",
        "notifications", "notifications list", "notifications test",
        "guard", "guard status", "guard list", "guard announce", "guard approve", "guard ask",
        "systems", "systems list", "systems check", "systems conform", "systems pause", "systems resume", "tasks", "tasks list", "verify",
        "reconcile", "reconcile list", "reconcile show", "reconcile cancel",
        "people", "people held", "people hold", "people show", "people unhold",
        "events", "events list", "events quarantined", "events resubmit",
        "audit", "audit verify", "audit export", "report",
        "keys", "keys create", "keys list", "keys revoke",
        "policy", "policy check", "policy explain",
    ];

    public static TheoryData<string> Commands => [.. All];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_of_a_command_says_how_it_is_used(string command)
    {
        var help = await CommandLine.Run([.. command.Split(' '), "--help"]);

        Assert.Equal(0, help.ExitCode);
        // What a group takes itself stands before its commands.
        var usage = Line(help.Output, after: "Usage:").Replace("[<SYSTEM>...] ", "", StringComparison.Ordinal).Replace(" [<STEP|SAGA>...]", "", StringComparison.Ordinal);
        Assert.Contains($" {command}", usage, StringComparison.Ordinal);
        Assert.NotEmpty(Line(help.Output, after: "Description:"));
        Assert.Empty(help.Errors);
    }

    [Fact]
    public async Task Help_names_every_command_and_every_setting()
    {
        var found = await Listed("");

        Assert.Equal(All.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        var help = (await CommandLine.Run("--help")).Output;
        foreach (var setting in new[] { "ConnectionStrings__Deprovisioner", "ConnectionStrings__RabbitMq", "Deprovisioner__Config", "Deprovisioner__Roles", "Deprovisioner__HealthUrl" })
        {
            Assert.Contains(setting, help, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "command")]
    [InlineData("fly", "fly")]
    [InlineData("sagas", "command")]
    [InlineData("sagas list --status odd", "odd")]
    [InlineData("sagas show", "show")]
    [InlineData("sagas show 4711", "4711")]
    [InlineData("sagas list --verbose", "--verbose")]
    [InlineData("publish", "publish")]
    [InlineData("replay 018f0000-0000-7000-8000-000000000000", "--why")]
    [InlineData("replay --why x", "Say which failed steps")]
    [InlineData("replay 4711 --why x", "4711")]
    [InlineData("replay --system crm --yes --preview --why x", "not both")]
    [InlineData("replay --kind odd --why x", "odd")]
    [InlineData("replay --action fly --why x", "fly")]
    [InlineData("replay --since soon --why x", "soon")]
    [InlineData("replay --older-than 2026-11-30 --why x", "2026-11-30")]
    [InlineData("replay show", "show")]
    [InlineData("replay show 018f0000-0000-7000-8000-000000000000", "018f0000")]
    [InlineData("replay show 7 --state odd", "odd")]
    [InlineData("replay start 7", "--why")]
    [InlineData("replay resume 7", "--why")]
    [InlineData("replay cancel 7", "--why")]
    [InlineData("replay cancel 7 --why x --no-wait", "--no-wait")]
    [InlineData("resolve 018f0000-0000-7000-8000-000000000000 --why x", "--evidence")]
    [InlineData("cancel --why x", "cancel")]
    [InlineData("reconcile", "--why")]
    [InlineData("reconcile crm", "--why")]
    [InlineData("reconcile cancel 018f0000-0000-7000-8000-000000000000", "--why")]
    [InlineData("reconcile show", "show")]
    [InlineData("approve 018f0000-0000-7000-8000-000000000000 --why x", "--plan")]
    [InlineData("holds release --why x", "--all")]
    [InlineData("holds release --all --why x", "--reason")]
    [InlineData("holds reject 018f0000-0000-7000-8000-000000000000 --all --reason guard --why x", "not both")]
    [InlineData("holds release --all --reason guard --count 0 --why x", "--count")]
    [InlineData("holds release --all --reason guard", "--why")]
    [InlineData("guard announce --size 3 --from 2026-11-30 --why x", "--until")]
    [InlineData("guard approve one --why x", "one")]
    [InlineData("plan P1 --last-day 2026-02-30", "2026-02-30")]
    [InlineData("plan P1 --last-day 2026-11-30 --effective-at 2026-11-30T09:00:00Z", "exclude each other")]
    [InlineData("plan --event event.json --reason misconduct", "--reason goes with a kind of event")]
    [InlineData("plan P1 --department Sales", "--department is for --event transferred")]
    [InlineData("plan P1 --event transferred --effective-at soon", "soon")]
    [InlineData("events list --verdict odd", "odd")]
    [InlineData("events resubmit 7", "resubmit")]
    [InlineData("events resubmit one event.json --why x", "one")]
    [InlineData("audit export --from soon", "soon")]
    [InlineData("audit export --saga 4711", "4711")]
    [InlineData("report --from 2026-11-01", "--until")]
    [InlineData("report --from 2026-11-30 --until 2026-11-01", "--until is before --from")]
    [InlineData("report --from 2026-11-01 --until 2026-11-30 --csv - --json", "not both")]
    public async Task Wrong_usage_is_told_and_exits_with_2(string arguments, string told)
    {
        var result = await CommandLine.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    /// <summary>What help lists under "Commands:", and below each of these.</summary>
    private static async Task<List<string>> Listed(string command)
    {
        var help = await CommandLine.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var names = help.Output.Split('\n')
            .SkipWhile(line => !line.StartsWith("Commands:", StringComparison.Ordinal)).Skip(1)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && char.IsLetter(line.ElementAtOrDefault(2)))
            .Select(line => $"{command} {line.Trim().Split(' ')[0]}".Trim())
            .ToList();
        var all = new List<string>(names);
        foreach (var name in names)
        {
            all.AddRange(await Listed(name));
        }

        return all;
    }

    private static string Line(string help, string after)
        => help.Split('\n').SkipWhile(line => !line.StartsWith(after, StringComparison.Ordinal)).Skip(1).FirstOrDefault("").Trim();
}
