using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Tests.Dispatching;

[Collection(nameof(StorageServer))]
public sealed class OrderTests(StorageServer server)
{
    [Fact]
    public async Task Urgent_persons_go_before_all_others_then_earlier_stages_then_the_older()
    {
        await using var store = await Store.New(server, Organisation.Of(
            [Organisation.System("crm", concurrency: 1)], Organisation.Stage("contain", StepAction.DisableAccount), Organisation.Stage("revoke", StepAction.RemoveEntitlements)));
        foreach (var (person, urgent) in new[] { ("first", false), ("second", false), ("urgent", true) })
        {
            await store.Arrive(Organisation.Terminated(person, urgent: urgent));
            store.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var order = new List<string>();
        while (await store.Claim() is [var command])
        {
            order.Add($"{command.PersonId} {EnumText.Of(command.Action)}");
            store.Clock.Advance(TimeSpan.FromSeconds(1));
            await store.Report("crm", store.Reported(command, Outcome.Changed));
        }

        Assert.Equal(
            [
                "urgent disable-account", "urgent remove-entitlements", "first disable-account", "second disable-account", "first remove-entitlements", "second remove-entitlements",
            ],
            order);
    }

    [Fact]
    public async Task Within_a_claim_steps_stand_in_the_same_order()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        for (var i = 0; i < 12; i++)
        {
            await store.Arrive(Organisation.Terminated($"p{i}", urgent: i == 11));
            store.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["p11", .. Enumerable.Range(0, 11).Select(i => $"p{i}")], (await store.Claim()).Select(c => c.PersonId.Value));
    }

    [Fact]
    public async Task An_ordinary_person_who_becomes_urgent_overtakes_the_backlog()
    {
        await using var store = await Store.New(server, Organisation.Of([Organisation.System("crm", concurrency: 1)]));
        foreach (var person in new[] { "a", "b", "c" })
        {
            await store.Arrive(Organisation.Terminated(person));
            store.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await store.Arrive(Organisation.Terminated("c", "again", urgent: true));

        Assert.Equal("c", Assert.Single(await store.Claim()).PersonId.Value);
    }

    [Fact]
    public async Task Nothing_is_sent_before_it_is_due()
    {
        await using var store = await Store.New(server);
        var at = store.Clock.Now.AddDays(3);
        var answer = await store.Arrive(Organisation.Terminated("p1") with { EffectiveAt = at });

        Assert.Equal("scheduled", answer.Verdict);
        Assert.Empty(await store.Claim());
        store.Clock.Now = at - TimeSpan.FromMilliseconds(1);
        Assert.Empty(await store.Claim());
        store.Clock.Now = at;
        Assert.Equal(2, (await store.Claim()).Count);
    }

    [Fact]
    public async Task What_must_be_asked_about_is_neither_sent_nor_told_of_as_blocked_before_it_was()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        var at = store.Clock.Now.AddDays(3);
        await store.Arrive(Organisation.Terminated("p1") with { EffectiveAt = at });
        await store.Arrive(Organisation.Terminated("p2"));
        Assert.Equal("p2", Assert.Single(await store.ClaimUnasked()).PersonId.Value);
        store.Clock.Now = at;

        await store.Arrive(Organisation.Terminated("p3"));
        Assert.Equal("p3", Assert.Single(await store.ClaimUnasked()).PersonId.Value);
        await store.Execute("update systems set paused_by = 'ann', paused_why = 'upgrade', paused_at = now()");
        await store.Arrive(Organisation.Terminated("p4"));
        Assert.Single(Assert.Single((await store.Claims.Claim(findsBlocked: true, default)).Blocked).Steps);
        await store.Execute("update systems set paused_by = null, paused_why = null, paused_at = null");

        Assert.Equal(["p1", "p4"], (await store.Claim()).Select(c => c.PersonId.Value).Order());
    }

    [Fact]
    public async Task A_person_whose_rows_are_being_written_holds_up_nobody()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Arrive(Organisation.Terminated("busy"));
        await store.Arrive(Organisation.Terminated("free"));
        await using var writing = await store.Connection();
        await using var transaction = await writing.BeginTransactionAsync();
        await using var hold = new Npgsql.NpgsqlCommand("select from steps where saga_id = (select saga_id from sagas where person_id = 'busy') for update", writing, transaction);
        await hold.ExecuteNonQueryAsync();

        Assert.Equal("free", Assert.Single(await store.Claim().WaitAsync(TimeSpan.FromSeconds(10))).PersonId.Value);
        await transaction.RollbackAsync();
        Assert.Equal("busy", Assert.Single(await store.Claim()).PersonId.Value);
    }

    [Fact]
    public async Task A_system_that_another_replica_serves_is_left_to_it()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        await using var other = await store.Connection();
        await using var transaction = await other.BeginTransactionAsync();
        await using var hold = new Npgsql.NpgsqlCommand("select from systems where system = 'crm' for update", other, transaction);
        await hold.ExecuteNonQueryAsync();

        var commands = (await store.Claims.Claim(findsBlocked: true, default).WaitAsync(TimeSpan.FromSeconds(10))).Commands;

        Assert.Equal("ldap", Assert.Single(commands).System.Value);
    }

    [Fact]
    public async Task A_command_carries_all_that_a_connector_needs()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Arrive(Organisation.Hired("boss"));
        await store.Arrive(Organisation.Hired("p1"));
        var hr = Organisation.Terminated("p1") with
        {
            Assignment = new Assignment("Finance", "Analyst", "Berlin", new PersonId("boss"), "employee"),
            Accounts = [new KnownAccount(new SystemName("crm"), "u2"), new KnownAccount(new SystemName("crm"), "u1"), new KnownAccount(new SystemName("ldap"), "elsewhere")],
        };
        const string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var answer = await store.Commit(store.Arrived(hr) with { TraceParent = trace });

        var command = Assert.Single(await store.Claim());

        Assert.Equal(answer.SagaId, command.SagaId);
        Assert.Equal((1, 2L, StepAction.DisableAccount), (command.Attempt, command.Fence, command.Action));
        Assert.Equal(("p1", "p1-1", trace), (command.PersonId.Value, command.EmploymentId.Value, command.TraceParent));
        Assert.Equal(["u1", "u2"], command.KnownAccountIds);
        Assert.Equal(
            [
                "employmentId=p1-1", "person.email=p1@example.test", "person.familyName=Byron", "person.givenName=Ada", "person.manager.email=boss@example.test",
                "person.manager.userName=boss", "person.userName=p1", "personId=p1",
            ],
            command.Facts.Select(f => $"{f.Key}={f.Value}").Order(StringComparer.Ordinal));
    }
}
