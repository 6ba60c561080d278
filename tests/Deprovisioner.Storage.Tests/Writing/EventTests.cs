using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class EventTests(StorageServer server)
{
    [Fact]
    public async Task A_termination_plans_a_saga_with_one_row_for_each_step()
    {
        await using var store = await Store.New(server, Organisation.Of(
            [Organisation.System("crm"), Organisation.System("ldap")],
            Organisation.Stage("contain", StepAction.DisableAccount, StepAction.RevokeSessions),
            Organisation.Stage("retire", StepAction.DeleteAccount)));

        var answer = await store.Arrive(Organisation.Terminated("p1"));

        Assert.Equal("planned", answer.Verdict);
        Assert.Equal([$"{answer.SagaId} leaver p1 p1-1 1 running"], await store.Rows("select saga_id, kind, person_id, employment_id, fence, status from sagas"));
        Assert.Equal(
            [
                "0 0 crm disable-account due 0", "1 0 ldap disable-account due 0", "2 0 crm revoke-sessions waiting 0", "3 0 ldap revoke-sessions waiting 0",
                "4 1 crm delete-account waiting 0", "5 1 ldap delete-account waiting 0",
            ],
            await store.Rows("select ordinal, stage, system, action, status, sends from steps order by ordinal"));
        Assert.Equal([$"/hr terminated-p1 planned {answer.SagaId} 1 7b7d"], await store.Rows("select source, event_id, verdict, saga_id, deliveries, encode(raw, 'hex') from inbox"));
        Assert.Equal(["p1-1 terminated 1"], await store.Rows("select employment_id, status, version from employments"));
        Assert.Equal(["deprovisioning.started.v1"], await store.Rows("select type from outbox"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_thousand_copies_of_an_event_are_one_row_and_one_saga()
    {
        await using var store = await Store.New(server);
        await using var replica = store.Replica();
        var copy = Organisation.Terminated("p1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? store : replica).Arrive(copy)));

        Assert.Single(answers, a => a.Verdict == "planned");
        Assert.Equal(999, answers.Count(a => a.Verdict == "duplicate"));
        Assert.Equal(["1000"], await store.Rows("select deliveries from inbox"));
        Assert.Equal(1, await store.Count("sagas"));
        Assert.Equal(1, await store.Count("outbox"));
        Assert.Equal([], store.Warnings.Concat(replica.Warnings));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Another_event_under_a_used_id_goes_to_quarantine_and_the_same_one_written_otherwise_does_not()
    {
        await using var store = await Store.New(server);
        var hr = Organisation.Terminated("p1");
        Fact Written(string raw) => new Fact.EventArrived(hr, Encoding.UTF8.GetBytes(raw), store.Clock.GetUtcNow(), null);
        await store.Apply(Written("{\"a\":1,\"b\":2}"));

        var answers = await store.Apply(Written("\uFEFF{ \"b\": 2, \"a\": 1 }"), Written("{\"a\":1,\"b\":3}"), Written("{\"a\":1,\"b\":3}"));

        Assert.Equal(["duplicate", "quarantined", "quarantined"], answers.Select(a => a.Verdict));
        Assert.Equal(["2"], await store.Rows("select deliveries from inbox"));
        Assert.Equal(["id-reused 2"], await store.Rows("select reason, deliveries from quarantine"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Copies_within_one_transaction_are_counted_as_deliveries()
    {
        await using var store = await Store.New(server);
        var copy = store.Arrived(Organisation.Terminated("p1"));

        var answers = await store.Apply(copy, copy, copy);

        Assert.Equal(["planned", "duplicate", "duplicate"], answers.Select(a => a.Verdict));
        Assert.Equal(["3"], await store.Rows("select deliveries from inbox"));
    }

    [Fact]
    public async Task A_redelivered_event_changes_nothing_but_the_count()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        var before = await store.Everything();

        await store.Arrive(Organisation.Terminated("p1"));

        Assert.Equal(["2"], await store.Rows("select deliveries from inbox"));
        await store.Execute("update inbox set deliveries = 1");
        Assert.Equal(before, await store.Everything());
    }

    [Fact]
    public async Task Events_that_overtook_each_other_are_decided_in_the_order_in_which_they_happened()
    {
        await using var store = await Store.New(server);
        var hired = Organisation.Hired("p1");
        var terminated = Organisation.Terminated("p1") with { Time = hired.Time.AddMinutes(1) };

        var answers = await store.Apply(store.Arrived(terminated), store.Arrived(hired));

        Assert.Equal(["planned", "applied"], answers.Select(a => a.Verdict));
        Assert.Equal(["terminated 2"], await store.Rows("select status, version from employments"));
    }

    [Fact]
    public async Task The_same_event_id_of_another_source_is_another_event()
    {
        await using var store = await Store.New(server);

        await store.Arrive(Organisation.Hired("p1", "1"));
        await store.Arrive(Organisation.Hired("p1", "1") with { Source = "/other" });

        Assert.Equal(2, await store.Count("inbox"));
    }

    [Fact]
    public async Task One_event_id_under_two_persons_at_once_is_recorded_for_one_and_a_duplicate_for_the_other()
    {
        await using var store = await Store.New(server);
        await using var first = await store.Connection();
        await using var transaction = await first.BeginTransactionAsync();
        await using var other = new Npgsql.NpgsqlCommand(
            """
            insert into inbox (source, event_id, type, person_id, employment_id, event_at, received_at, raw, verdict, reason)
            values ('/hr', 'same', 't', 'p2', 'e', now(), now(), '{}', 'applied', 'r')
            """,
            first,
            transaction);
        await other.ExecuteNonQueryAsync();

        var answer = store.Arrive(Organisation.Hired("p1", "same"));
        await store.SomebodyWaitsForALock();
        await transaction.CommitAsync();

        Assert.Equal("duplicate", (await answer).Verdict);
        Assert.Equal(["p2 2"], await store.Rows("select person_id, deliveries from inbox"));
        Assert.Equal(0, await store.Count("employments"));
    }

    [Fact]
    public async Task Two_persons_whose_employments_have_the_same_number_keep_one_each()
    {
        await using var store = await Store.New(server);
        var number = new EmploymentId("1");

        await store.Arrive(Organisation.Hired("p1") with { EmploymentId = number });
        await store.Arrive(Organisation.Hired("p2") with { EmploymentId = number });
        await store.Arrive(Organisation.Terminated("p2") with { EmploymentId = number });

        Assert.Equal(["p1 1 active", "p2 1 terminated"], await store.Rows("select person_id, employment_id, status from employments order by 1"));
    }
}
