using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class TwoWritersTests(StorageServer server)
{
    private static readonly string[] Names = ["crm", "ldap", "mail"];

    [Fact]
    public async Task Two_writers_at_the_same_persons_lose_nothing_and_never_lock_each_other_out()
    {
        const int seed = 7;
        var random = new Random(seed);
        await using var store = await Store.New(server, Organisation.Of(Names));
        await using var replica = store.Replica();
        var persons = Enumerable.Range(0, 20).Select(i => $"p{i}").ToList();
        await Task.WhenAll(persons.Select(p => store.Arrive(Organisation.Terminated(p))));
        var sent = (await store.Claims.Claim(findsBlocked: true, default)).Commands;
        var commands = sent.SelectMany(c => c.Steps).ToList();
        var systems = sent.SelectMany(c => c.Steps.Select(step => (step.StepId, c.System))).ToDictionary(p => p.StepId, p => p.System);
        Assert.Equal(60, commands.Count);

        // Each step's failure and success, each person's further events, and everything once more on the other side.
        var facts = commands
            .SelectMany(c => new[] { store.Reported(c, Outcome.Transient, "unreachable") with { Evidence = Found(c) }, store.Reported(c, Outcome.Changed) with { Evidence = Found(c) } })
            .Select(r => (Fact)new Fact.Reported([r], systems[r.StepId]))
            .Concat(persons.Select(p => store.Arrived(Organisation.Event(HrEventTypes.Changed, p, $"changed-{p}"))))
            .Concat(persons.Select(p => store.Arrived(Organisation.Terminated(p, $"again-{p}", urgent: true))))
            .Concat(persons.Select(p => store.Arrived(Organisation.Terminated(p))))
            .ToArray();
        Assert.Equal(180, facts.Length);
        var doubled = facts.Concat(facts[..20]).ToArray();
        random.Shuffle(doubled);
        await Task.WhenAll(doubled.Select((fact, i) => (i % 2 == 0 ? store : replica).Commit(fact)));
        await Task.WhenAll(facts.Select((fact, i) => (i % 2 == 0 ? replica : store).Commit(fact)));

        Assert.Equal([], store.Warnings.Concat(replica.Warnings));
        Assert.Equal(["changed succeeded 60"], await store.Rows("select outcome, status, count(*) from steps where sends > 0 group by 1, 2"));
        Assert.Equal(["completed 20"], await store.Rows("select status, count(*) from sagas where saga_id in (select saga_id from steps where sends > 0) group by 1"));
        Assert.Equal(60, await store.Count("inbox"));
        Assert.Equal(20, await store.Count("employments"));
        Assert.Equal(20 * 3, await store.Count("known_accounts"));
        Assert.Equal(60, await store.Count("audit where type = 'step-reported' and convert_from(payload, 'UTF8') like '%\"outcome\":\"changed\"%'"));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task A_report_that_finds_an_account_does_not_deadlock_with_an_event_of_the_same_person()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        await using var reporting = await store.Connection();
        await using var transaction = await reporting.BeginTransactionAsync();
        await Run(transaction, "select from sagas for update");

        var arriving = store.Arrive(Organisation.Terminated("p1", "again", urgent: true));
        await store.SomebodyWaitsForALock();
        await Run(transaction, "set local lock_timeout = '2s'");
        await Run(transaction, "insert into known_accounts values ('p1', 'crm', 'u1')");
        await transaction.CommitAsync();

        Assert.Equal("superseded", (await arriving).Verdict);
        Assert.Equal([], store.Warnings);
    }

    [Fact]
    public async Task Two_systems_that_come_back_in_two_writers_at_once_do_not_deadlock()
    {
        await using var store = await Store.New(server, Organisation.Of("crm", "ldap"));
        await store.Arrive(Organisation.Terminated("p1"));
        await store.Arrive(Organisation.Terminated("p2"));
        var failed = await store.Claim();
        await store.ReportEach([.. failed.Select(c => store.Reported(c, Outcome.Transient, "unreachable"))]);

        // One person's step is the first to try one system again, and the other person's the other; the rest waits.
        store.Clock.Advance(TimeSpan.FromMinutes(6));
        await store.Execute(
            """
            update systems set gate = 'down', gate_until = '2026-03-02T09:00:05Z', gate_since = '2026-03-02T09:00:00Z';
            update steps s set due_at = due_at + interval '1 day' from sagas g where g.saga_id = s.saga_id and (g.person_id, s.system) in (('p1', 'ldap'), ('p2', 'crm'))
            """);
        var probes = await store.Claim();
        Assert.Equal(["p1", "p2"], probes.Select(p => p.PersonId.Value));

        // Both writers are held up between loading and saving, if one does not hold up the other.
        await using var holding = await store.Connection();
        await using var transaction = await holding.BeginTransactionAsync();
        await Run(transaction, "insert into known_accounts values ('p1', 'crm', 'u'), ('p2', 'ldap', 'u')");
        var writing = Task.WhenAll(probes.Select((probe, i) => store.Apply(new Fact.Reported(
            [store.Reported(probe, Outcome.Changed) with { Evidence = [new AccountEvidence("u", "u", new Dictionary<string, string>(), null)] }], new SystemName(i == 0 ? "crm" : "ldap")))));
        await store.SomebodyWaitsForALock(2);
        await transaction.RollbackAsync();

        await writing;
        Assert.Equal(["open", "open"], await store.Rows("select gate from systems"));
        Assert.Equal(2, (await store.Claim()).Count);
    }

    [Theory]
    [InlineData("persons", "person_id = 'p10'")]
    [InlineData("sagas", "person_id = 'p10'")]
    public async Task Two_writers_with_the_same_rows_in_another_order_do_not_deadlock(string table, string middle)
    {
        await using var store = await Store.New(server);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
        var reports = (await store.Claim()).Select(c => (Fact)new Fact.Reported([store.Reported(c, Outcome.Accepted)], new SystemName("crm"))).ToArray();
        Fact[] First(string round) => table == "sagas" ? reports : [.. Enumerable.Range(0, 20).Select(i => store.Arrived(Organisation.Hired($"p{i}", $"{round}{i}")))];

        // Both get to the row in the middle with what they locked before it.
        await using var holding = await store.Connection();
        await using var transaction = await holding.BeginTransactionAsync();
        await Run(transaction, $"select from {table} where {middle} for update");
        var writing = Task.WhenAll(store.Apply(First("a")), store.Apply([.. First("b").Reverse()]));
        await store.SomebodyWaitsForALock(2);
        await transaction.RollbackAsync();

        await writing;
    }

    [Fact]
    public async Task A_writer_whose_database_breaks_a_deadlock_tries_again()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        await using var hostile = await store.Connection();
        await using var transaction = await hostile.BeginTransactionAsync();
        await Run(transaction, "set local deadlock_timeout = '1min'");
        await Run(transaction, "select from sagas for update");

        var arriving = store.Arrive(Organisation.Terminated("p1", "again", urgent: true));
        await store.SomebodyWaitsForALock();
        await Run(transaction, "select from persons for update");
        await transaction.CommitAsync();

        Assert.Equal("superseded", (await arriving).Verdict);
        Assert.Contains("deadlock", Assert.Single(store.Warnings), StringComparison.Ordinal);
    }

    private static AccountEvidence[] Found(StepCommand command) => [new($"{command.PersonId}-{command.StepId}", "a", new Dictionary<string, string>(), null)];

    private static async Task Run(NpgsqlTransaction transaction, string sql)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync();
    }
}
