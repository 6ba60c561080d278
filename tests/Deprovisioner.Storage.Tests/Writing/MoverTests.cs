using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class MoverTests(StorageServer server)
{
    private static readonly Assignment Finance = new("Finance", "Analyst", "Berlin", null, "employee");

    [Fact]
    public async Task A_movers_selection_is_kept_with_its_step_and_sent_with_its_command()
    {
        await using var store = await Hired(grace: default);

        var answer = await store.Arrive(Transferred("Sales", 2));

        Assert.Equal("planned", answer.Verdict);
        Assert.Equal(["mover running 2"], await store.Rows("select kind, status, fence from sagas"));
        var command = Assert.Single(await store.Claim());
        Assert.Equal(StepAction.RemoveEntitlements, command.Action);
        Assert.Equal(["cn=\"finance\"\\"], command.Selection!.Remove);
        Assert.Equal(["cn=sales", "cn=staff"], command.Selection.Keep);
        Assert.Equal(UnexplainedEntitlements.Review, command.Selection.Unexplained);

        await store.ReportEach(store.Reported(command, Outcome.Changed, "review", "No role explains x."));
        Assert.Equal(["completed"], await store.Rows("select status from sagas"));
        Assert.Equal(["succeeded changed review"], await store.Rows("select status, outcome, code from steps where selection is not null"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Who_works_on_shares_nothing_with_themselves()
    {
        await using var store = await Hired(grace: default);

        await store.Arrive(Transferred("Sales", 2) with { Accounts = [new KnownAccount(new SystemName("ldap"), "u-1")] });

        var command = Assert.Single(await store.Claim());
        Assert.Equal(["u-1"], command.KnownAccountIds);
        Assert.Empty(command.SharedFacts);
        Assert.Empty(command.SharedAccountIds);
    }

    [Fact]
    public async Task A_leavers_removal_has_no_selection()
    {
        await using var store = await Hired(grace: default);

        await store.Arrive(Organisation.Terminated("p1"));

        var commands = await store.Claim();
        Assert.Null(Assert.Single(commands).Selection);
        Assert.Equal(1, await store.Count("steps where selection is null"));
    }

    [Fact]
    public async Task A_transfer_back_cancels_in_the_tables_and_a_second_employment_narrows()
    {
        await using var store = await Hired(grace: TimeSpan.FromDays(7));
        Assert.Equal("scheduled", (await store.Arrive(Transferred("Sales", 2))).Verdict);

        await store.Arrive(Event(HrEventTypes.Hired, "Finance", 3, "p1-2"));
        Assert.Equal(["cancelled"], await store.Rows("select status from sagas"));

        await store.Arrive(Event(HrEventTypes.Terminated, null, 4, "p1-2"));
        await store.Arrive(Transferred("Finance", 5));
        await store.Arrive(Transferred("Nowhere", 6));
        Assert.Equal(["[\"cn=\\\"finance\\\"\\\\\", \"cn=sales\"] [\"cn=staff\"]"], await store.Rows("select selection->'remove', selection->'keep' from steps where status <> 'cancelled'"));

        // Narrowed in place: the row says so, and what is sent later is the narrower one.
        await store.Arrive(Event(HrEventTypes.Hired, "Sales", 7, "p1-3"));
        Assert.Equal(["[\"cn=\\\"finance\\\"\\\\\"] [\"cn=staff\", \"cn=sales\"]"], await store.Rows("select selection->'remove', selection->'keep' from steps where status <> 'cancelled'"));

        Assert.Empty(await store.Claim());
        store.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(["cn=staff", "cn=sales"], Assert.Single(await store.Claim()).Selection!.Keep);
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task What_only_an_ended_employment_justified_goes_once_its_end_has_come_and_once_only()
    {
        await using var store = await Hired(grace: default);
        await using var replica = store.Replica();
        await store.Arrive(Event(HrEventTypes.Hired, "Sales", 2, "p1-2"));
        await store.Arrive(Event(HrEventTypes.Terminated, null, 3, "p1-1") with { EffectiveAt = store.Clock.Now.AddDays(3) });
        Assert.Empty(await store.Get<DuePersons>().Due(default));
        store.Clock.Advance(TimeSpan.FromDays(3));

        var person = Assert.Single(await store.Get<DuePersons>().Due(default));
        await Task.WhenAll(store.Commit(new Fact.PersonDue(person)), replica.Commit(new Fact.PersonDue(person)));

        Assert.Equal(["mover p1-1 [\"cn=\\\"finance\\\"\\\\\"]"], await store.Rows("select g.kind, g.employment_id, s.selection->'remove' from sagas g join steps s using (saga_id)"));
        Assert.Equal(["p1-1"], await store.Rows("select employment_id from employments where relinquished"));
        Assert.Empty(await store.Get<DuePersons>().Due(default));
        await store.Arrive(Event(HrEventTypes.TerminationRescinded, null, 4, "p1-1"));
        Assert.Equal(0, await store.Count("employments where relinquished"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Only_a_removal_can_have_a_selection()
    {
        await using var store = await Hired(grace: default);
        await store.Arrive(Transferred("Sales", 2));

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => store.Execute("update steps set action = 'delete-account'"));

        Assert.Equal("23514", refused.SqlState);
    }

    private async Task<Store> Hired(TimeSpan grace)
    {
        var organisation = Organisation.Of([Organisation.System("ldap")], Organisation.Stage("revoke", StepAction.RemoveEntitlements));
        var mover = new Policy
        {
            Name = "mover",
            When = new PolicyCondition { Event = "transferred" },
            Grace = grace,
            Unexplained = grace == default ? UnexplainedEntitlements.Review : UnexplainedEntitlements.Keep,
            Stages = [Organisation.Stage("revoke", StepAction.RemoveEntitlements)],
        };
        var store = await Store.New(server, organisation with
        {
            Policies = [.. organisation.Policies, mover],
            Roles = [Role("everybody", new(), "cn=staff"), Role("finance", new() { Departments = ["Finance"] }, "cn=\"finance\"\\"), Role("sales", new() { Departments = ["Sales"] }, "cn=sales")],
        });
        await store.Arrive(Organisation.Hired("p1") with { Assignment = Finance, Sequence = 1 });
        return store;
    }

    private static AccessRole Role(string name, RoleCondition when, string entitlement)
        => new() { Name = name, When = when, Grants = new Dictionary<SystemName, IReadOnlyList<string>> { [new SystemName("ldap")] = [entitlement] } };

    private static HrEvent Transferred(string department, long sequence) => Event(HrEventTypes.Transferred, department, sequence, "p1-1");

    private static HrEvent Event(string type, string? department, long sequence, string employment)
        => Organisation.Event(type, "p1", $"event-{sequence}") with
        {
            EmploymentId = new EmploymentId(employment),
            Assignment = department is null ? null : Finance with { Department = department },
            Sequence = sequence,
        };
}
