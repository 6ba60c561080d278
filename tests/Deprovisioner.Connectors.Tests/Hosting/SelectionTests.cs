using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>What the host makes of a selection where entitlements are owned elsewhere, alike in name, or spread over accounts.</summary>
public sealed class SelectionTests
{
    private static readonly SystemSettings Settings = new()
    {
        Name = new SystemName("memory"),
        Connector = "scripted",
        Values = new Dictionary<string, string>(),
        Match = new AccountMatch(null, "person.userName"),
    };

    private readonly ScriptedSystem system = new();

    [Fact]
    public async Task What_is_selected_and_owned_elsewhere_remains_and_is_told_and_what_is_not_selected_is_not()
    {
        Add(new Entitlement("g1", "readers", "another directory"), new Entitlement("g2", "writers", "another directory"), new Entitlement("g3", "staff"));

        var report = await Run(new EntitlementSelection { Remove = ["readers", "staff"] });

        Assert.Equal((Outcome.NotRemovableHere, "owned-elsewhere"), (report.Outcome, report.Code));
        Assert.Equal("1 remain: readers (belongs to: another directory). Have them taken away there, then replay; or resolve.", report.Message);
        Assert.Equal(["g1", "g2"], Left());
    }

    [Fact]
    public async Task A_name_that_two_have_is_ambiguous_and_an_id_is_not()
    {
        Add(new Entitlement("g1", "readers"), new Entitlement("g2", "readers"), new Entitlement("g3", "staff"));

        var byName = await Run(new EntitlementSelection { Remove = ["readers"] });
        Assert.Equal((Outcome.Ambiguous, "entitlement-ambiguous"), (byName.Outcome, byName.Code));
        Assert.Equal(["g1", "g2", "g3"], Left());

        Assert.Equal(Outcome.Changed, (await Run(new EntitlementSelection { Remove = ["g2"] })).Outcome);
        Assert.Equal(["g1", "g3"], Left());
    }

    [Fact]
    public async Task A_name_in_another_case_goes_only_where_the_system_takes_it_for_the_same()
    {
        Add(new Entitlement("g1", "Readers"), new Entitlement("g2", "Writers") { NameIgnoresCase = true });

        await Run(new EntitlementSelection { Remove = ["readers", "writers"] });

        Assert.Equal(["g1"], Left());
    }

    [Fact]
    public async Task An_account_that_is_done_does_not_hide_what_another_leaves_for_review()
    {
        Add(new Entitlement("g1", "readers"));
        var other = system.Add("ada-admin", account => account with { Entitlements = [new Entitlement("g9", "root")] });
        var selection = new EntitlementSelection { Remove = ["readers"], Unexplained = UnexplainedEntitlements.Review };

        var report = await Run(selection, other.Account.Id);

        Assert.Equal((Outcome.Changed, "review"), (report.Outcome, report.Code));
        Assert.Contains("root", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_that_finds_it_done_still_says_what_is_left_for_review()
    {
        Add(new Entitlement("g9", "root"));

        var report = await Run(new EntitlementSelection { Unexplained = UnexplainedEntitlements.Review }, attempt: 2);

        Assert.Equal((Outcome.Already, "review"), (report.Outcome, report.Code));
    }

    [Fact]
    public async Task Without_a_selection_everything_goes_as_ever()
    {
        Add(new Entitlement("g1", "readers"), new Entitlement("g2", "readers"));

        Assert.Equal(Outcome.Changed, (await Run(null)).Outcome);

        Assert.Empty(Left());
    }

    private void Add(params Entitlement[] entitlements) => system.Add("ada", account => account with { Entitlements = entitlements });

    private IEnumerable<string> Left() => system.Accounts.Values.Single(a => a.Account.Name == "ada").Entitlements.Select(e => e.Id);

    private async Task<StepReport> Run(EntitlementSelection? selection, string? known = null, int attempt = 1)
    {
        await using var host = new ConformanceHost(system, Settings);
        var command = ConformanceHost.Command(Settings, StepAction.RemoveEntitlements, "ada") with { Selection = selection, Attempt = attempt };
        return await host.Run(known is null ? command : command with { KnownAccountIds = [known, system.Accounts.Values.Single(a => a.Account.Name == "ada").Account.Id] });
    }
}
