using Deprovisioner.Contracts;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>Who left in a period, and how long they had access that they should not have had.</summary>
[Collection(nameof(StorageServer))]
public sealed class LeaverReportTests(StorageServer server)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_leaver_is_reported_with_times_late_stages_and_what_was_done_by_hand()
    {
        await using var store = await Store.New(server, Organisation.Of(
            [Organisation.System("crm"), Organisation.System("ldap")],
            Organisation.Stage("contain", StepAction.DisableAccount) with { Within = TimeSpan.FromMinutes(5) }, Organisation.Stage("retire", StepAction.ReclaimLicence)));
        var began = store.Clock.Now;
        var sent = await store.Sent("p1");
        store.Clock.Advance(TimeSpan.FromMinutes(6));
        await store.ReportEach(store.Reported(sent[0], Outcome.Changed));
        store.Clock.Advance(TimeSpan.FromMinutes(6));
        await store.ReportEach(store.Reported(sent[1], Outcome.Rejected, "http-409"));
        await store.Operations.Ask([Storage.Asking.ActRequest.Resolve(new("ann", "done"), sent[1].StepId.Value, "ticket")], default);
        await store.Commit(new Fact.ActRequested(1));
        await store.ReportEach([.. (await store.Claim()).Select((step, i) => store.Reported(step, i == 0 ? Outcome.Changed : Outcome.Already))]);

        var line = Assert.Single(await All(store, began, store.Clock.Now.AddTicks(10)));
        Assert.Equal(("p1", "leaver", TimeSpan.FromMinutes(12), TimeSpan.FromMinutes(12)), (line.PersonId, line.Policy, line.TimeToContain, line.TimeToComplete));
        Assert.Equal((0.3, 1, 1, "contain"), (Math.Round(line.ExposureHours, 6), line.LicencesReclaimed, line.StepsByHand, string.Join(' ', line.LateStages)));

        var summary = await store.Operations.LeaverSummary(began, store.Clock.Now.AddTicks(10), default);
        Assert.Equal((1, 0, 1, 1, TimeSpan.FromMinutes(12), 1, 1, 0), (summary.Leavers, summary.Urgent, summary.Completed, summary.Late, summary.P95, summary.LicencesReclaimed, summary.StepsByHand, summary.NotContained));
        Assert.Empty(await All(store, began, store.Clock.Now));
        Assert.Null((await store.Operations.LeaverSummary(began, began, default)).P50);
    }

    [Fact]
    public async Task However_many_there_are_each_comes_once_in_order_and_who_still_has_access_is_counted()
    {
        await using var store = await Store.New(server);
        foreach (var statement in Testing.FinishedSagas.Sql(1_203, 1, store.Clock.Now).Where(s => s.Trim() != "vacuum analyze"))
        {
            await store.Execute(statement);
        }

        await store.Arrive(Organisation.Terminated("open"));
        await store.Execute("update sagas set contained_at = date_trunc('year', contained_at) where kind = 'leaver' and contained_at is not null");

        var lines = await All(store, DateTimeOffset.MinValue, store.Clock.Now.AddDays(1));

        Assert.Equal(await store.Rows("select saga_id from sagas where contained_at is not null order by contained_at, saga_id"), lines.Select(line => line.SagaId.ToString()));
        var summary = await store.Operations.LeaverSummary(DateTimeOffset.MinValue, store.Clock.Now.AddDays(1), default);
        Assert.Equal((1_203, 1), (summary.Leavers, summary.NotContained));
    }

    [Theory]
    [InlineData(3.0, "crm 0 changed 60", "ldap 0 changed 120")] // Each system counts for itself.
    [InlineData(2.0, "crm 0 changed 60", "crm 0 changed 120")] // A system until its last step in its first stage.
    [InlineData(1.0, "crm 0 changed 60", "crm 1 changed 600")] // What comes later cuts nobody who is cut already.
    [InlineData(0.0, "crm 0 absent 60", "ldap 0 already 120")] // Nothing was live.
    [InlineData(1.0, "crm 0 changed 60", "crm 0 already 120")] // The account was live; there were no sessions.
    [InlineData(10.0, "db 1 changed 600")] // A system that is only in a later stage is live until then.
    [InlineData(20.0, "db 1 failed -")] // And one that is not cut is live until now.
    [InlineData(0.0, "crm 0 changed -30")] // Cut before it had to be.
    public void Exposure_is_the_time_from_the_effective_time_until_each_system_was_cut(double hours, params string[] steps)
    {
        var saga = Saga();
        foreach (var step in steps)
        {
            var words = step.Split(' ');
            saga.Steps.Add(new StepEntity
            {
                System = words[0],
                Stage = int.Parse(words[1]),
                Action = "disable-account",
                Status = words[2] == "failed" ? "failed" : "succeeded",
                Outcome = words[2] == "failed" ? "rejected" : words[2],
                SettledAt = words[3] == "-" ? Noon.AddHours(1) : Noon.AddMinutes(int.Parse(words[3])),
            });
        }

        saga.Steps.Add(new StepEntity { System = "crm", Stage = 0, Action = "reclaim-licence", Status = "succeeded", Outcome = "changed", SettledAt = Noon.AddHours(50) });

        Assert.Equal(hours, Exposure.Hours(saga, Noon.AddHours(20)), 6);
    }

    [Fact]
    public async Task As_a_table_it_has_a_row_of_names_and_nothing_in_it_is_a_formula()
    {
        await using var output = new StringWriter();
        var line = new LeaverLine(
            Guid.Empty, "=cmd|' /C calc'!A0", "-1+2", "@policy, \"x\"", true, Noon, Noon.AddSeconds(90.5), null, TimeSpan.FromSeconds(90.5), null, ["contain", "revoke"], 0.0251388, 2, 1, Noon.AddHours(8));

        await LeaverCsv.Write(output, new[] { line }.ToAsyncEnumerable(), default);

        Assert.Equal(
            """"
            person,employment,saga,policy,urgent,effective_at,contained_at,completed_at,time_to_contain_seconds,time_to_complete_seconds,late_stages,exposure_hours,licences_reclaimed,steps_by_hand,residual_until
            "'=cmd|' /C calc'!A0","'-1+2",00000000-0000-0000-0000-000000000000,"'@policy, ""x""",yes,2026-03-02T12:00:00.000Z,2026-03-02T12:01:30.500Z,,90.5,,contain revoke,0.0251,2,1,2026-03-02T20:00:00.000Z

            """",
            output.ToString().ReplaceLineEndings("\n"));
    }

    private static SagaEntity Saga()
        => new()
        {
            Kind = "leaver",
            PersonId = "p",
            EmploymentId = "e",
            Policy = "leaver",
            PolicyVersion = "",
            PlanHash = "",
            EffectiveAt = Noon,
            EffectiveBasis = "",
            Status = "completed",
            NotRestored = "[]",
            Stages = "[]",
            Holds = "[]",
        };

    private static async Task<List<LeaverLine>> All(Store store, DateTimeOffset from, DateTimeOffset until)
    {
        var lines = new List<LeaverLine>();
        await foreach (var line in store.Operations.Leavers(from, until, default))
        {
            lines.Add(line);
        }

        return lines;
    }
}
