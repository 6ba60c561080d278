using Deprovisioner.Contracts;
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

    [Fact]
    public async Task What_is_kept_of_leavers_who_are_over_adds_up_to_what_their_steps_say()
    {
        await using var store = await Store.New(server, Organisation.Of(
            [Organisation.System("crm"), Organisation.System("ldap")],
            Organisation.Stage("contain", StepAction.DisableAccount) with { Within = TimeSpan.FromMinutes(5) }, Organisation.Stage("retire", StepAction.ReclaimLicence)));
        var began = store.Clock.Now;
        foreach (var (person, minutes) in new[] { ("over", 6), ("over-too", 2), ("goes-on", 1) })
        {
            var sent = await store.Sent(person);
            store.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await store.ReportEach([.. sent.Select(step => store.Reported(step, Outcome.Changed))]);
            if (person != "goes-on")
            {
                await store.ReportEach([.. (await store.Claim()).Select(step => store.Reported(step, Outcome.Changed))]);
            }
        }

        Task<LeaverSummary> Summary() => store.Operations.LeaverSummary(began, store.Clock.Now.AddTicks(10), default);
        var kept = await Summary();

        Assert.Equal(["goes-on: not kept", "over: kept", "over-too: kept"], await store.Rows("select person_id || case when ended_hours is null then ': not kept' else ': kept' end from sagas order by person_id"));
        Assert.Equal((3, 2, 1, 4, TimeSpan.FromMinutes(2)), (kept.Leavers, kept.Completed, kept.Late, kept.LicencesReclaimed, kept.P50));
        Assert.Equal(2 * (6 + 2 + 1) / 60d, kept.ExposureHours, 6);

        // As an older worker leaves them.
        await store.Execute("update sagas set ended_hours = null, live_systems = 0, late = false, licences_reclaimed = 0, steps_by_hand = 0");
        AssertSame(kept, await Summary());

        Assert.Equal(2, await store.Get<MissingFigures>().Fill(default));
        Assert.Equal(["goes-on"], await store.Rows("select person_id from sagas where ended_hours is null"));
        AssertSame(kept, await Summary());
        Assert.Equal(0, await store.Get<MissingFigures>().Fill(default));

        static void AssertSame(LeaverSummary one, LeaverSummary other)
        {
            Assert.Equal(one.ExposureHours, other.ExposureHours, 9);
            Assert.Equal(one with { ExposureHours = 0 }, other with { ExposureHours = 0 });
        }
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
