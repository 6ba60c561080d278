using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

/// <summary>What is kept of returns: snapshots, what was answered for, and when somebody is looked at again.</summary>
[Collection(nameof(StorageServer))]
public sealed class LifecycleTests(StorageServer server)
{
    private static readonly AccountSnapshot Before = new("u-1", "ada", true, ["admins"], new Dictionary<string, string> { ["shell"] = "/bin/sh" });

    [Fact]
    public async Task A_return_plans_a_restore_whose_commands_carry_what_was_found_before()
    {
        await using var store = await Cut();

        var answer = await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));

        Assert.Equal("planned", answer.Verdict);
        Assert.Equal(["leaver completed True", "restore running False"], await store.Rows("select kind, status, returned_at is not null from sagas order by kind"));
        var restore = Assert.Single(await store.Claim());
        Assert.Equal(StepAction.RestoreAccount, restore.Action);
        var account = Assert.Single(restore.Snapshots);
        Assert.Equal(("u-1", "ada", true, "/bin/sh"), (account.AccountId, account.Name, account.Enabled, account.Attributes["shell"]));
        Assert.Empty(account.Entitlements); // A disable-account took none.
        await store.Report("crm", store.Reported(restore, Outcome.Changed));
        Assert.Equal(2, await store.Count("sagas where status = 'completed'"));
        Assert.Empty(await store.Faults());
    }

    [Theory]
    [InlineData("p1@EXAMPLE.test", null, "person.email")]
    [InlineData(null, "P1", "person.userName")]
    [InlineData("other@example.test", "other", "")]
    public async Task A_command_says_what_of_it_is_another_active_persons_too(string? email, string? userName, string shared)
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var account = new KnownAccount(new SystemName("crm"), "u-1");
        await store.Arrive(Organisation.Hired("p2") with { Person = new PersonAttributes(email, userName, null, null), Accounts = [account] });
        await store.Arrive(Organisation.Hired("p3") with { Person = new PersonAttributes("p1@example.test", "p1", null, null), Accounts = [account] });
        await store.Arrive(Organisation.Terminated("p3") with { Person = null });
        await store.Arrive(Organisation.Terminated("p1") with { Accounts = [account, new KnownAccount(new SystemName("crm"), "u-2")] });

        var command = (await store.Claim()).Single(c => c.PersonId.Value == "p1");

        Assert.Equal((shared, "u-1"), (string.Join(' ', command.SharedFacts), string.Join(' ', command.SharedAccountIds)));
    }

    [Fact]
    public async Task What_was_answered_for_once_is_not_put_back_by_a_later_return()
    {
        await using var store = await Cut();
        await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));
        await store.Report("crm", store.Reported(Assert.Single(await store.Claim()), Outcome.Changed));

        Assert.Equal("applied", (await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back again"))).Verdict);
        Assert.Equal(2, await store.Count("sagas"));
    }

    [Fact]
    public async Task A_scheduled_saga_is_not_fenced_off_by_what_happens_before_it_starts()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Arrive(Organisation.Terminated("p1") with { EffectiveAt = store.Clock.Now.AddDays(1) });
        await store.Arrive(Organisation.Event(HrEventTypes.Changed, "p1", "title"));
        store.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(["1 2"], await store.Rows("select g.fence, e.version from sagas g join employments e using (person_id)"));
        Assert.Equal(2, Assert.Single(await store.Claim()).Fence);
    }

    [Theory]
    [InlineData(HrEventTypes.Terminated)]
    [InlineData(HrEventTypes.LeaveStarted)]
    public async Task A_restore_is_not_sent_once_access_ends_or_rests_again(string type)
    {
        await using var store = await Cut();
        await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));
        await store.Arrive(Organisation.Event(type, "p1", "again") with { EffectiveAt = store.Clock.Now.AddHours(1) });
        store.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, await store.Count("steps where action = 'restore-account' and status = 'due'"));
        Assert.Equal(StepAction.DisableAccount, Assert.Single(await store.Claim()).Action);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Access_is_not_cut_while_it_is_being_put_back_but_as_soon_as_that_has_an_answer_or_can_have_none(bool answers)
    {
        await using var store = await Cut();
        await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));
        var restore = Assert.Single(await store.Claim());
        await store.Arrive(Organisation.Terminated("p1", "again"));
        var other = Assert.Single(await store.Sent("p2"));
        Assert.Equal("p2", other.PersonId.Value); // Of p1 nothing was claimed with it.

        if (answers)
        {
            await store.Report("crm", store.Reported(restore, Outcome.Changed));
        }
        else
        {
            store.Clock.Advance(TimeSpan.FromHours(1));
            await store.Claims.TakeBackExpired(default);
        }

        Assert.Contains(await store.Claim(), command => command is { PersonId.Value: "p1", Action: StepAction.DisableAccount });
        Assert.Empty(await store.Faults());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_is_sent_while_the_next_end_lies_ahead_and_once_that_was_cancelled(bool cancelled)
    {
        await using var store = await Cut();
        await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));
        await store.Arrive(Organisation.Terminated("p1", "again") with { EffectiveAt = store.Clock.Now.AddHours(1) });
        if (cancelled)
        {
            await using var context = await store.Context();
            var next = Guid.Parse((await store.Rows("select saga_id from sagas where kind = 'leaver' order by planned_at desc, effective_at desc limit 1"))[0]);
            var act = await OperatorActs.Request(context, new OperatorActEntity { Kind = "cancel", SagaId = next, Who = "ann", Why = "a mistake", RequestedAt = store.Clock.Now }, default);
            Assert.Equal("done", (await store.Commit(new Fact.ActRequested(act))).Verdict);
            store.Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(StepAction.RestoreAccount, Assert.Single(await store.Claim()).Action);
    }

    [Fact]
    public async Task Who_is_due_is_looked_at_once_however_many_ask()
    {
        await using var store = await Cut();
        await store.Arrive(Organisation.Hired("p1") with { EmploymentId = new EmploymentId("p1-2"), EffectiveAt = store.Clock.Now.AddDays(30) });
        Assert.Empty(await store.Get<DuePersons>().Due(default));
        store.Clock.Advance(TimeSpan.FromDays(30));
        var person = Assert.Single(await store.Get<DuePersons>().Due(default));

        await store.Apply(new Fact.PersonDue(person), new Fact.PersonDue(person));
        await store.Commit(new Fact.PersonDue(person));

        Assert.Equal(1, await store.Count("sagas where kind = 'restore'"));
        Assert.Empty(await store.Get<DuePersons>().Due(default));
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task What_comes_of_time_passing_stands_at_the_head_of_the_saga_that_it_opens()
    {
        await using var store = await Cut();
        var other = new EmploymentId("p2-2");
        await store.Arrive(Organisation.Hired("p2"));
        await store.Arrive(Organisation.Hired("p2", "other") with { EmploymentId = other });
        await store.Arrive(Organisation.Event(HrEventTypes.LeaveStarted, "p2", "leave"));
        await store.Arrive(Organisation.Terminated("p2") with { EmploymentId = other });

        var answer = await store.Commit(new Fact.PersonDue(Assert.Single(await store.Get<DuePersons>().Due(default))));

        Assert.Equal("planned", answer.Verdict);
        Assert.Equal([$"leave {answer.SagaId} person-due"], await store.Rows("select g.kind, g.saga_id::text, a.type from sagas g join audit a on a.stream = g.saga_id and a.seq = 1 where g.person_id = 'p2'"));
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task What_only_a_person_can_decide_once_time_has_passed_is_among_the_held_events()
    {
        await using var store = await Restoring();
        await store.Sent("p1");
        await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));
        store.Clock.Advance(TimeSpan.FromHours(1));
        await store.Claims.TakeBackExpired(default);

        var answer = await store.Commit(new Fact.PersonDue(Assert.Single(await store.Get<DuePersons>().Due(default))));

        Assert.Equal("held", answer.Verdict);
        Assert.Equal([$"deprovisioner {HrEventTypes.TerminationRescinded} p1 held 1"], await store.Rows("select source, type, person_id, verdict, deliveries from inbox where source not like '/%'"));
        Assert.Equal(await store.Count("inbox"), await store.Count("audit where type = 'event-decided'"));
        Assert.Empty(await store.Get<DuePersons>().Due(default));
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task What_a_restore_cannot_know_is_among_the_held_events_though_its_saga_completes()
    {
        await using var store = await Restoring("crm", "wiki");
        await store.Arrive(Organisation.Terminated("p1"));
        var disable = (await store.Claims.Claim(findsBlocked: true, default)).Commands.Single(command => command.System.Value == "crm").Steps[0];
        await store.Report("crm", store.Reported(disable, Outcome.Changed) with { Snapshots = [Before] });
        store.Clock.Advance(TimeSpan.FromHours(1));
        await store.Claims.TakeBackExpired(default);

        var answer = await store.Arrive(Organisation.Event(HrEventTypes.TerminationRescinded, "p1", "back"));

        Assert.Equal("planned", answer.Verdict);
        Assert.Equal([$"restore {answer.SagaId} held"], await store.Rows("select event_id, verdict from inbox where source not like '/%'"));
        Assert.Contains("wiki disable-account: It was sent and no answer came: look", Assert.Single(await store.Rows("select reason from inbox where source not like '/%'")), StringComparison.Ordinal);
        Assert.Equal(await store.Count("inbox"), await store.Count("audit where type = 'event-decided'"));
        Assert.Empty(await store.Faults());
    }

    /// <summary>With p1 cut off on the CRM.</summary>
    private async Task<Store> Cut()
    {
        var store = await Restoring();
        var disable = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(disable, Outcome.Changed) with { Snapshots = [Before] });
        return store;
    }

    /// <summary>With policies that put back what was taken.</summary>
    private async Task<Store> Restoring(params string[] systems)
    {
        var configuration = Organisation.Of(systems is [] ? ["crm"] : systems);
        return await Store.New(server, configuration with
        {
            Policies =
            [
                .. configuration.Policies, On("leave-started", StepAction.DisableAccount),
                .. new[] { "hired", "termination-rescinded", "leave-ended" }.Select(name => On(name, StepAction.RestoreAccount)),
            ],
        });
    }

    private static Policy On(string name, StepAction action) => new() { Name = name, When = new PolicyCondition { Event = name }, Stages = [Organisation.Stage("only", action)] };
}
