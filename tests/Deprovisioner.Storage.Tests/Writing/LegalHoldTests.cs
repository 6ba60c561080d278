using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class LegalHoldTests(StorageServer server)
{
    private static readonly Configuration Deleting = Organisation.Of([Organisation.System("crm")], Organisation.Stage("contain", StepAction.DisableAccount), Organisation.Stage("retire", StepAction.DeleteAccount));

    [Fact]
    public async Task What_a_person_sets_by_hand_holds_the_open_saga_at_once_and_is_in_the_audit()
    {
        await using var store = await Store.New(server, Deleting);
        await Cut(store);
        Assert.Equal(["delete-account due"], await store.Rows("select action, status from steps where status <> 'succeeded'"));

        Assert.Equal("done", (await Ask(store, "legal-hold-set", "p1")).Verdict);

        Assert.Equal(["delete-account waiting held"], await store.Rows("select action, s.status, g.status from steps s join sagas g using (saga_id) where s.status <> 'succeeded'"));
        Assert.Empty(await store.Claim());
        Assert.Equal(["t ann because t"], await store.Rows("select left(legal_hold::text, 1), legal_hold_by, legal_hold_why, left(legal_hold_by_hand::text, 1) from persons"));
        Assert.Equal(2, await store.Count("audit where type = 'legal-hold-set' and convert_from(payload, 'UTF8') like '%\"who\":\"ann\",\"why\":\"because\"%'"));

        Assert.Equal("done", (await Ask(store, "legal-hold-lift", "p1")).Verdict);
        Assert.Equal(StepAction.DeleteAccount, Assert.Single(await store.Claim()).Action);
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task Whoever_is_under_one_is_listed_part_by_part()
    {
        await using var store = await Store.New(server, Deleting);
        foreach (var person in new[] { "p1", "p2", "p3", "free" })
        {
            await store.Arrive(Organisation.Hired(person) with { LegalHold = person != "free" });
        }

        var first = await store.Operations.LegalHolds(new(2), default);
        var second = await store.Operations.LegalHolds(new(2, first.Next), default);

        Assert.Equal(["p1", "p2"], first.Items.Select(p => p.PersonId));
        Assert.Equal(["p3 hr-event /hr hired-p3"], second.Items.Select(p => $"{p.PersonId} {p.LegalHold.By}"));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task What_an_event_sets_is_there_when_the_next_one_comes()
    {
        await using var store = await Store.New(server, Deleting);
        await store.Arrive(Organisation.Hired("p1") with { LegalHold = true });

        var disable = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(disable, Outcome.Changed));

        Assert.Empty(await store.Claim());
        Assert.Equal(["held"], await store.Rows("select status from sagas"));
        Assert.Equal(["hr-event /hr hired-p1"], await store.Rows("select legal_hold_by from persons"));

        await store.Arrive(Organisation.Event(HrEventTypes.Changed, "p1", "free") with { LegalHold = false });
        Assert.Equal(StepAction.DeleteAccount, Assert.Single(await store.Claim()).Action);
    }

    [Fact]
    public async Task Nothing_that_destroys_is_claimed_whatever_the_sagas_rows_say()
    {
        await using var store = await Store.New(server, Deleting);
        await Cut(store);
        await store.Execute("update persons set legal_hold = true, legal_hold_since = now(), legal_hold_by = 'x', legal_hold_why = 'x', legal_hold_said_at = now()");
        Assert.Equal(["delete-account due"], await store.Rows("select action, status from steps where status <> 'succeeded'"));

        Assert.Empty(await store.Claim());

        await store.Execute("update persons set legal_hold = false");
        Assert.Single(await store.Claim());
    }

    [Fact]
    public async Task A_deletion_whose_lease_ran_out_is_not_sent_again()
    {
        await using var store = await Store.New(server, Deleting);
        await Cut(store);
        Assert.Single(await store.Claim());
        await Ask(store, "legal-hold-set", "p1");
        store.Clock.Advance(TimeSpan.FromMinutes(3));

        await store.Commit(new Fact.StepsBlocked(await store.Claims.TakeBackExpired(default), null));

        Assert.Empty(await store.Claim());
        Assert.Equal(["waiting held"], await store.Rows("select s.status, g.status from steps s join sagas g using (saga_id) where action = 'delete-account'"));
    }

    [Fact]
    public async Task Nobody_becomes_known_by_being_held_and_there_is_nothing_to_lift_where_nothing_was_set()
    {
        await using var store = await Store.New(server, Deleting);
        Assert.Equal(("refused", "Nobody is known by the id p9."), Words(await Ask(store, "legal-hold-set", "p9")));
        Assert.Equal(0, await store.Count("persons"));

        await store.Arrive(Organisation.Hired("p1"));
        Assert.Equal(("refused", "p1 is under no legal hold."), Words(await Ask(store, "legal-hold-lift", "p1")));
    }

    private static (string, string) Words(FactAnswer answer) => (answer.Verdict, answer.Reason);

    /// <summary>A saga whose account is disabled; its deletion is due.</summary>
    private static async Task Cut(Store store)
    {
        var disable = Assert.Single(await store.Sent("p1"));
        await store.Report("crm", store.Reported(disable, Outcome.Changed));
    }

    private static async Task<FactAnswer> Ask(Store store, string kind, string person)
    {
        await using var context = await store.Context();
        var id = await OperatorActs.Request(context, new OperatorActEntity { Kind = kind, PersonId = person, Who = "ann", Why = "because", RequestedAt = store.Clock.Now }, default);
        return await store.Commit(new Fact.ActRequested(id));
    }
}
