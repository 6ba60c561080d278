using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Reconciling;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Testing;
using Xunit.Abstractions;

namespace Deprovisioner.Storage.Tests.Growing;

/// <summary>Fifty thousand people left in three years, and the next ones leave as the first ones did.</summary>
public sealed class When_years_of_sagas_are_kept(ITestOutputHelper output)
{
    private const int Past = 50_000;

    /// <summary>Of one statement. A table of the past has thousands; one that reads a few rows of each of twenty sagas touches some hundreds.</summary>
    private const int MostPages = 1_500;

    /// <summary>The guard counts everybody who is employed; without statistics the server goes through the whole table for it, and by nothing in the statement can it be kept from that.</summary>
    private const string HeadCount = "as heads";

    private static readonly string[] Growing =
        ["persons", "employments", "known_accounts", "inbox", "sagas", "steps", "outbox", "audit", "audit_private", "guard_transitions", "drift_watches", "probes", "operator_acts"];

    /// <param name="analysed">Without: as after everybody was taken over from another system, until autovacuum comes by.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_statement_of_new_work_reads_the_past(bool analysed)
    {
        await using var server = await PostgresServer.StartNew(settings: new Dictionary<string, string>(PlanLog.Settings) { ["autovacuum"] = "off" });
        await server.NewInstallation("grown");
        await Store.Migrate(server.ConnectionString("grown", DatabaseRole.Owner, DatabaseRole.Owner));
        await using var store = await Store.On(
            server.ConnectionString("grown"), Organisation.Of("crm", "ldap") with { Guard = new GuardSettings { Window = TimeSpan.FromDays(1), MaxShare = 0.5, Always = 1_000 } });
        foreach (var statement in FinishedSagas.Sql(Past, 3, store.Clock.Now).Where(statement => analysed || statement.Trim() != "vacuum analyze"))
        {
            await store.Execute(statement);
        }

        var before = PlanLog.Read(server).Count;

        await NewWork(store, looks: analysed);

        var plans = PlanLog.Read(server).Skip(before).Where(plan => !plan.Query.Contains("pg_catalog", StringComparison.Ordinal)).ToList();
        foreach (var plan in plans.DistinctBy(p => p.Query).OrderByDescending(p => p.Pages).Take(15))
        {
            output.WriteLine($"{plan.Pages} pages: {plan.Query}");
        }

        Assert.Equal(70, await store.Count("sagas where person_id like 'new-%' and status = 'completed'"));
        Assert.True(plans.DistinctBy(p => p.Query).Count() > 40, "the server printed few plans");
        Assert.Equal([], plans.Where(p => analysed || !p.Query.Contains(HeadCount, StringComparison.Ordinal)).Where(p => p.ReadWhole.Intersect(Growing).Any() || p.Pages > MostPages).DistinctBy(p => p.Query).Select(p => $"{p.Pages} pages, all of {string.Join(", ", p.ReadWhole)}\n{p.Query}\n{p.Plan}"));
    }

    /// <summary>What a worker does all day, each often enough for its statements to be prepared.</summary>
    /// <param name="looks">Whether people look at it meanwhile. Their lists are made of what they ask for; until the tables are analysed, the planner may take another way.</param>
    private static async Task NewWork(Store store, bool looks)
    {
        for (var round = 0; round < 7; round++)
        {
            var people = Enumerable.Range(0, 10).Select(i => $"new-{round}-{i}").ToList();
            await store.Apply([.. people.Select(person => store.Arrived(Organisation.Hired(person)))]);
            await store.Apply([.. people.Select(person => store.Arrived(Organisation.Terminated(person)))]);
            await store.ReportEach([.. (await store.Claim()).Select(command => store.Reported(command, Outcome.Changed))]);
            await store.Arrive(Organisation.Hired($"past-{round + 1}", $"back-{round}"));
            await store.Commit(new Fact.PersonDue(new PersonId(people[0])));
            await store.Commit(new Fact.DriftFound(new PersonId(people[0])));
            await store.Commit(new Fact.DeadlinesPassed(await store.Get<Deadlines>().Passed(default)));
            await store.Commit(new Fact.TasksOverdue(await store.Get<OverdueTasks>().Find(default)));
            await Sweeps(store);
            if (looks)
            {
                await Lists(store.Operations, people[0]);
                await store.Gauges.Read(default);
                await Searches(store.Operations, people[0], store.Clock.Now);
            }

            store.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>What people look at all day.</summary>
    private static async Task Lists(IOperations operations, string person)
    {
        var page = new PageRequest();
        var first = await operations.Sagas(new SagaFilter(), page, default);
        await operations.Sagas(new SagaFilter(), page with { After = first.Next }, default);
        await operations.Sagas(new SagaFilter(Status: "running"), page, default);
        await operations.Sagas(new SagaFilter(Late: true), page, default);
        await operations.Sagas(new SagaFilter(Person: person), page, default);
        await operations.Saga(first.Items[0].SagaId, default);
        await operations.Holds(null, default);
        await operations.Systems(default);
        await operations.Person(person, default);
        await operations.Tasks(null, overdue: false, default);
        await operations.Events(null, page, default);
        await operations.Quarantined(page, default);
    }

    /// <summary>What on-call, operators and auditors ask for.</summary>
    private static async Task Searches(IOperations operations, string person, DateTimeOffset now)
    {
        var page = new PageRequest();
        await operations.Overview(default);
        await operations.Attention(default);
        await operations.FailedSteps(new FailedStepFilter(), page, default);
        await operations.FailedSteps(new FailedStepFilter(Person: person), page, default);
        await operations.Guard(default);
        await operations.Layoffs(page, default);
        await operations.Replays(page, default);
        await operations.Reconciliations(new ReconciliationFilter(), page, default);
        await operations.Acts([1, 2], default);
        await operations.Event(1, default);
        await operations.QuarantinedMessage(1, default);
        foreach (var text in new[] { "", "past-1", "new-", "byr", "PAST-7@example" })
        {
            var first = await operations.People(text, page, default);
            await operations.People(text, page with { After = first.Next }, default);
        }

        var saga = (await operations.Sagas(new SagaFilter(Person: person), page, default)).Items[0].SagaId;
        foreach (var filter in new[] { new AuditFilter(), new AuditFilter(saga), new AuditFilter(Person: person), new AuditFilter(From: now.AddMinutes(-1), OldestFirst: true), new AuditFilter(AuditChain.Installation) })
        {
            var first = await operations.AuditRows(filter, page, default);
            await operations.AuditRows(filter, page with { After = first.Next }, default);
        }

        await operations.LeaverSummary(now.AddHours(-1), now, default);
    }

    private static async Task Sweeps(Store store)
    {
        await store.Get<WorkAhead>().Next(new AheadScope(LooksForDrift: true, ["siem", "on-call"], "none"), default);
        await store.Claims.TakeBackExpired(default);
        await store.Outbox.Publish((_, _) => Task.CompletedTask, default);
        await store.Get<OperatorActs>().Requested(default);
        await store.Get<DuePersons>().Due(default);
        await store.Get<DriftWatches>().Found(default);
        await store.Get<DriftWatches>().AskDue(default);
        await store.Get<ReplayJobs>().Active(default);
        await store.Get<PageClaims>().Claim(default);
        await store.Get<PageClaims>().Stalled(default);
    }
}
