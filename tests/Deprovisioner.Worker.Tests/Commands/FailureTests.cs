using Deprovisioner.Testing;

namespace Deprovisioner.Worker.Tests.Commands;

/// <summary>What a person reads when something is not there: one line that says what, and no stack trace.</summary>
[Collection(OneAtATime.Name)]
public sealed class FailureTests : IDisposable
{
    private const string Id = "018f0000-0000-7000-8000-000000000000";
    private const string Secret = "hunter2";

    private readonly TemporaryFolder folder = new("failures");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("migrate")]
    [InlineData("plan P1")]
    [InlineData("sagas list")]
    [InlineData("sagas show " + Id)]
    [InlineData("replay " + Id + " --why x")]
    [InlineData("replay " + Id + " " + Id + " --system crm --code ldap-50 --since 2h --older-than 5m --preview --why x")]
    [InlineData("replay list")]
    [InlineData("replay show 7")]
    [InlineData("replay start 7 --why x")]
    [InlineData("replay resume 7 --why x --no-wait")]
    [InlineData("replay cancel 7 --why x")]
    [InlineData("resolve " + Id + " --evidence x --why x")]
    [InlineData("cancel " + Id + " --why x")]
    [InlineData("systems list")]
    [InlineData("systems pause badge --why x")]
    [InlineData("people show P1")]
    [InlineData("events list")]
    [InlineData("events quarantined")]
    [InlineData("audit verify")]
    [InlineData("audit export --person P1")]
    [InlineData("report --from 2026-11-01 --until 2026-11-30 --json")]
    [InlineData("guard status")]
    [InlineData("reconcile list")]
    [InlineData("holds release --all --reason guard --why x")]
    public async Task An_unreachable_database_is_told_in_one_line_with_exit_code_1(string arguments)
    {
        var result = await CommandLine.Run(With($"Host=127.0.0.1;Port={LoopbackPort.Free()};Database=d;Username=u;Password={Secret};Timeout=5"), arguments.Split(' '));

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("deprovisioner: the database does not ", Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Without_a_database_the_setting_is_named_with_exit_code_2()
    {
        var result = await CommandLine.Run("sagas", "list");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("ConnectionStrings__Deprovisioner", Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_broker_is_told_in_one_line_without_its_password()
    {
        var file = folder.Write("event.json", "{}");
        var environment = new Dictionary<string, string> { ["ConnectionStrings__RabbitMq"] = $"amqp://u:{Secret}@127.0.0.1:{LoopbackPort.Free()}/" };

        var result = await CommandLine.Run(environment, "publish", file);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("deprovisioner: ", Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
        Assert.DoesNotContain("should not have happened", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_to_publish_that_is_not_there_is_named()
    {
        var result = await CommandLine.Run("publish", folder["nothing.json"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("nothing.json", Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_with_a_faulty_configuration_tells_all_faults_and_does_not_start()
    {
        var result = await CommandLine.Run(With("Host=127.0.0.1", SmallConfiguration.WithTwoFaults), "run");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("has 2 faults", result.Errors, StringComparison.Ordinal);
        Assert.Contains("systems.badge.owner", result.Errors, StringComparison.Ordinal);
        Assert.Contains("policies[0].stages[0].steps[0].action", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_with_one_role_and_no_broker_does_not_start()
    {
        var environment = With("Host=127.0.0.1");
        environment["Deprovisioner__Roles"] = "connectors";

        var result = await CommandLine.Run(environment, "run");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("set ConnectionStrings__RabbitMq", Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_orchestrator_without_a_database_does_not_start()
    {
        var result = await CommandLine.Run(new Dictionary<string, string> { ["Deprovisioner__Config"] = folder.Write("small.yaml", SmallConfiguration.Text) }, "run");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("ConnectionStrings__Deprovisioner", Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_of_a_system_that_does_not_exist_names_those_that_do()
    {
        var result = await CommandLine.Run(With("Host=127.0.0.1"), "systems", "check", "bagde");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no system bagde; it has badge", Assert.Single(Lines(result.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_system_that_cannot_be_reached_fails_its_check_and_the_others_are_checked()
    {
        var directory = $"ldap://127.0.0.1:{LoopbackPort.Free()}";
        var settings = $"connector: ldap, url: \"{directory}\", bindDn: cn=x, password: \"${{env:DEPROVISIONER_TEST_SECRET}}\", baseDn: dc=x, match: {{attribute: mail, value: person.email}}";
        var configuration = SmallConfiguration.Text.Replace("systems:\n", $"systems:\n  corp-ldap: {{{settings}}}\n", StringComparison.Ordinal);
        Environment.SetEnvironmentVariable("DEPROVISIONER_TEST_SECRET", Secret);
        try
        {
            var result = await CommandLine.Run(With("Host=127.0.0.1", configuration), "systems", "check");

            Assert.Equal(1, result.ExitCode);
            Assert.Contains(Lines(result.Output), line => line.Contains("corp-ldap", StringComparison.Ordinal) && line.Contains("FAULT", StringComparison.Ordinal));
            Assert.Contains(Lines(result.Output), line => line.Contains("owner facilities", StringComparison.Ordinal) && line.Contains("ok", StringComparison.Ordinal));
            Assert.DoesNotContain(Secret, result.Output + result.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DEPROVISIONER_TEST_SECRET", null);
        }
    }

    private Dictionary<string, string> With(string database, string configuration = SmallConfiguration.Text) => new()
    {
        ["ConnectionStrings__Deprovisioner"] = database,
        ["Deprovisioner__Config"] = folder.Write("deprovisioner.yaml", configuration),
    };

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
