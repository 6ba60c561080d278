using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>The host asks its own copy of the list, whatever the orchestrator thought.</summary>
public sealed class ProtectedTests
{
    private static readonly SystemSettings Settings = new()
    {
        Name = new SystemName("memory"),
        Connector = "scripted",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch(null, "person.userName"),
    };

    private readonly ScriptedSystem system = new();

    public static TheoryData<StepAction> Cutting => [.. Enum.GetValues<StepAction>().Where(action => action is not (StepAction.RestoreAccount or StepAction.ManualTask))];

    [Theory]
    [MemberData(nameof(Cutting))]
    public async Task Nothing_of_a_protected_person_is_even_looked_at(StepAction action)
    {
        system.Add("ada");
        await using var host = new ConformanceHost(system, Settings) { Protected = People("p1") };

        var report = await host.Run(ConformanceHost.Command(Settings, action, "ada"));

        Assert.Equal((Outcome.Rejected, "protected-person"), (report.Outcome, report.Code));
        Assert.Empty(system.Calls);
    }

    [Fact]
    public async Task A_released_persons_step_runs()
    {
        system.Add("ada");
        await using var host = new ConformanceHost(system, Settings) { Protected = People("P*") };

        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(Settings, StepAction.DisableAccount, "ada") with { ProtectionReleased = true })).Outcome);
    }

    [Fact]
    public async Task A_protected_person_is_given_back_what_was_taken()
    {
        var account = system.Add("ada", a => a with { Enabled = false });
        await using var host = new ConformanceHost(system, Settings) { Protected = People("P1") };

        var report = await host.Run(ConformanceHost.Command(Settings, StepAction.RestoreAccount, "ada") with
        {
            Snapshots = [new AccountSnapshot(account.Account.Id, "ada", true, ["g1"], new Dictionary<string, string>())],
        });

        Assert.Equal(Outcome.Changed, report.Outcome);
    }

    [Theory]
    [InlineData("memory", "break*", false)]
    [InlineData("*", "BREAKGLASS", false)]
    [InlineData("memory", "id-1", false)]
    [InlineData("memory", "root@example.test", false)]
    [InlineData("memory", "break*", true)]
    public async Task A_protected_account_is_untouched_while_the_persons_other_one_is_cut_and_no_release_changes_that(string where, string pattern, bool released)
    {
        var guarded = system.Add("breakglass", a => a with { OtherNames = ["root@example.test"] });
        var everyday = system.Add("ada");
        await using var host = new ConformanceHost(system, Settings) { Protected = Accounts(where, pattern) };

        var report = await host.Run(ConformanceHost.Command(Settings, StepAction.DisableAccount, "ada") with { KnownAccountIds = [guarded.Account.Id], ProtectionReleased = released });

        Assert.Equal((Outcome.Rejected, "protected"), (report.Outcome, report.Code));
        Assert.True(system.Accounts[guarded.Account.Id].Enabled);
        Assert.False(system.Accounts[everyday.Account.Id].Enabled);
        Assert.DoesNotContain($"act {guarded.Account.Id}", system.Calls);
    }

    [Fact]
    public async Task A_list_for_another_system_protects_nothing_here()
    {
        system.Add("ada");
        await using var host = new ConformanceHost(system, Settings) { Protected = Accounts("elsewhere", "ada") };

        Assert.Equal(Outcome.Changed, (await host.Run(ConformanceHost.Command(Settings, StepAction.DisableAccount, "ada"))).Outcome);
    }

    [Fact]
    public async Task Observing_says_that_an_account_is_protected_and_not_that_it_would_be_cut()
    {
        system.Add("ada");
        await using var host = new ConformanceHost(system, Settings with { Observe = true }) { Protected = Accounts("*", "ada") };

        Assert.Equal("protected", (await host.Run(ConformanceHost.Command(Settings, StepAction.DisableAccount, "ada"))).Code);
    }

    private static ProtectedEntries People(string pattern) => new([pattern], new Dictionary<string, IReadOnlyList<string>>());

    private static ProtectedEntries Accounts(string where, string pattern) => new([], new Dictionary<string, IReadOnlyList<string>> { [where] = [pattern] });
}
