using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>
/// What every connector that removes entitlements must do with a selection of them: take these and no other. Its tests derive from this class
/// as from <see cref="ConnectorConformance"/>; the target's accounts have two entitlements or more.
/// </summary>
public abstract class SelectionConformance
{
    /// <summary>The connector and its server. A new one for each test, over a server that may be shared.</summary>
    internal abstract ConformanceTarget Target { get; }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Only_what_is_selected_goes_by_id_or_by_name(bool byName) => OnAnAccount(async account =>
    {
        var (first, rest) = (account.Had[0], account.Had.Skip(1).ToList());
        var selection = new EntitlementSelection { Remove = [byName ? first.Name : first.Id], Keep = [rest[0].Id] };

        var report = await account.Run(selection);

        Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
        Assert.Equal(Ids(account.Had), Assert.Single(report.Snapshots).Entitlements.Order(StringComparer.Ordinal));
        Assert.Equal(Ids(rest), Ids(await account.Now()));

        var again = await account.Run(selection);
        Assert.Equal((Outcome.Already, null), (again.Outcome, again.Code));
        Assert.Equal(Ids(rest), Ids(await account.Now()));
    });

    [Fact]
    public Task What_is_to_stay_stays_whatever_else_is_said_and_however_it_is_written() => OnAnAccount(async account =>
    {
        var kept = account.Had[^1];

        var report = await account.Run(new EntitlementSelection
        {
            Remove = [.. account.Had.Select(e => e.Id), kept.Name],
            Keep = [kept.Name.ToUpperInvariant()],
            Unexplained = UnexplainedEntitlements.Revoke,
        });

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.Equal([kept.Id], Ids(await account.Now()));
    });

    [Fact]
    public Task What_no_role_explains_goes_where_it_shall() => OnAnAccount(async account =>
    {
        var kept = account.Had[0];

        var report = await account.Run(new EntitlementSelection { Keep = [kept.Id], Unexplained = UnexplainedEntitlements.Revoke });

        Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
        Assert.Equal([kept.Id], Ids(await account.Now()));
    });

    [Fact]
    public Task What_no_role_explains_is_listed_for_review_and_left() => OnAnAccount(async account =>
    {
        var selection = new EntitlementSelection { Remove = [account.Had[0].Id], Unexplained = UnexplainedEntitlements.Review };

        foreach (var outcome in new[] { Outcome.Changed, Outcome.Already })
        {
            var report = await account.Run(selection);

            Assert.Equal((outcome, "review"), (report.Outcome, report.Code));
            Assert.All(account.Had.Skip(1), left => Assert.Contains(left.Name, report.Message, StringComparison.Ordinal));
            Assert.DoesNotContain(account.Had[0].Name, report.Message!, StringComparison.Ordinal);
            Assert.Equal(Ids(account.Had.Skip(1)), Ids(await account.Now()));
        }
    });

    [Fact]
    public Task Where_nothing_that_is_selected_is_there_nothing_is_done() => OnAnAccount(async account =>
    {
        foreach (var selection in new[] { new EntitlementSelection { Remove = ["no such entitlement"] }, new EntitlementSelection() })
        {
            var report = await account.Run(selection);

            Assert.Equal((Outcome.Already, null), (report.Outcome, report.Code));
        }

        Assert.Equal(0, account.Faults.Acts);
        Assert.Equal(Ids(account.Had), Ids(await account.Now()));
    });

    [Fact]
    public Task Observing_a_selection_says_what_would_go_and_changes_nothing() => OnAnAccount(async account =>
    {
        var report = await account.Run(new EntitlementSelection { Remove = [account.Had[0].Id] }, observe: true);

        Assert.Equal(Outcome.Observed, report.Outcome);
        Assert.Contains(account.Had[0].Name, report.Message, StringComparison.Ordinal);
        Assert.Equal(Ids(account.Had), Ids(await account.Now()));
    });

    private static IEnumerable<string> Ids(IEnumerable<Entitlement> entitlements) => entitlements.Select(e => e.Id).Order(StringComparer.Ordinal);

    private async Task OnAnAccount(Func<Account, Task> test)
    {
        await using var target = Target;
        await target.StartAsync();
        await using var account = await Account.New(target);
        await test(account);
    }

    private sealed class Account(ConformanceTarget target, string matchValue, IConnector connector, AccountState before) : IAsyncDisposable
    {
        public IReadOnlyList<Entitlement> Had => before.Entitlements;

        public Faults Faults { get; } = new();

        public static async Task<Account> New(ConformanceTarget target)
        {
            var name = await target.NewAccountAsync(StepAction.RemoveEntitlements);
            var connector = target.Kind.Open(target.Settings, new PlainSecrets(), TimeProvider.System);
            var found = Assert.Single(await connector.FindAsync(name, default));
            var before = (await connector.ReadAsync(found.Id, default))!;
            Assert.True(before.Entitlements.Count >= 2, "An account with one entitlement proves nothing here.");
            return new Account(target, name, connector, before);
        }

        public async Task<IReadOnlyList<Entitlement>> Now() => (await connector.ReadAsync(before.Account.Id, default))!.Entitlements;

        public async Task<StepReport> Run(EntitlementSelection selection, bool observe = false)
        {
            await using var host = new ConformanceHost(new FaultyKind(target.Kind, Faults), target.Settings with { Observe = observe }, ConformanceHost.Patient);
            return await host.Run(ConformanceHost.Command(target.Settings, StepAction.RemoveEntitlements, matchValue, target.Facts) with { Selection = selection });
        }

        public ValueTask DisposeAsync() => connector.DisposeAsync();
    }
}
