using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Reconciling;
using Deprovisioner.Core.Sagas;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>
/// Locks the runs that facts are about, and reads of the registry what a page's accounts concern. The registry is not locked: a reconciliation changes nothing in it, and what changes a moment later is
/// the next run's to see.
/// </summary>
internal sealed class ReconciliationLoader(NpgsqlConnection connection, NpgsqlTransaction transaction, Work work, Configuration configuration)
{
    private const string Leavers =
        """
        select distinct on (g.person_id) g.person_id, g.saga_id, g.status, c.at
        from sagas g left join lateral (
            select max(t.settled_at) as at from steps t
            where t.saga_id = g.saga_id and t.system = $2 and t.action in ('disable-account', 'delete-account') and t.outcome in ('changed', 'already') and t.status = 'succeeded') c on true
        where g.person_id = any($1) and g.kind in ('leaver', 'drift') and (g.status <> 'cancelled' or c.at is not null)
        order by g.person_id, c.at is null, g.planned_at desc
        """;

    private readonly ReconciliationWork runs = work.Reconciliations;

    public async Task Load(IReadOnlyList<Fact> facts, CancellationToken cancellationToken)
    {
        var listed = facts.OfType<Fact.AccountsWereListed>().Select(f => f.Listed).ToList();
        var acts = work.Acts.Values.Where(a => a.Kind is ReconciliationDecisions.Reconcile or ReconciliationDecisions.CancelReconciliation).ToList();
        var ids = listed.Select(l => l.ReconciliationId.Value).Concat(facts.OfType<Fact.ReconciliationStalled>().Select(f => f.Run.Value))
            .Concat(acts.Select(a => ReconciliationDecisions.Said(a).Run).OfType<Guid>()).Distinct().ToList();
        var systems = facts.OfType<Fact.ReconciliationDue>().Select(f => f.System.Value).Concat(acts.Select(a => a.System).OfType<string>()).Distinct().ToList();
        if (ids.Count == 0 && systems.Count == 0)
        {
            return;
        }

        await LoadRuns(ids, systems, cancellationToken);
        foreach (var page in listed.Where(l => l.Fault is null && IsAskedFor(l)).DistinctBy(l => l.ReconciliationId))
        {
            await LoadPage(page, cancellationToken);
        }
    }

    private bool IsAskedFor(AccountsListed listed)
        => runs.Runs.TryGetValue(listed.ReconciliationId.Value, out var run) && !run.IsOver && run.Page == listed.Page && run.System == listed.System;

    private async Task LoadRuns(List<Guid> ids, List<string> systems, CancellationToken cancellationToken)
    {
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(
            ReconciliationRows.Select + " where run_id = any($1) or (system = any($2) and status = 'running') order by run_id for update", Sql.Uuids(ids), Sql.Texts(systems));
        batch.Add("select system, max(started_at) from reconciliations where system = any($1) group by system", Sql.Texts(systems));
        await batch.Read(
            [
                row => runs.Runs[row.GetGuid(0)] = ReconciliationRows.Read(row),
                row => runs.LastBegun[row.GetString(0)] = row.Time(1),
            ],
            cancellationToken);
    }

    private async Task LoadPage(AccountsListed listed, CancellationToken cancellationToken)
    {
        var accounts = listed.Accounts.Select(ReportedText.Storable).DistinctBy(a => a.AccountId).ToList();
        var found = new List<(string Account, string Person, bool ById)>();
        var counts = new Dictionary<string, int>();
        int? last = null;
        using (var batch = new SqlBatch(connection, transaction))
        {
            batch.Add(
                "with listed as (select * from unnest($2, $3) as t(account_id, match_value)) "
                + "select l.account_id, k.person_id, true from listed l join known_accounts k on k.system = $1 and lower(k.account_id) = lower(l.account_id) union all "
                + "select l.account_id, p.person_id, false from listed l join " + Matched(listed.System) + " order by 1, 2",
                Sql.Text(listed.System.Value), Sql.Texts(accounts.Select(a => a.AccountId)), Sql.Texts(accounts.Select(a => string.IsNullOrWhiteSpace(a.MatchValue) ? null : a.MatchValue)));
            batch.Add(
                "select finding, count(*) from reconciled_accounts where run_id = $1 and not account_id = any($2) group by finding",
                Sql.Uuid(listed.ReconciliationId.Value), Sql.Texts(accounts.Select(a => a.AccountId)));
            batch.Add("select accounts from reconciliations where system = $1 and status = 'complete' order by finished_at desc limit 1", Sql.Text(listed.System.Value));
            await batch.Read(
                [
                    row => found.Add((row.GetString(0), row.GetString(1), row.GetBoolean(2))),
                    row => counts[row.GetString(0)] = (int)row.GetInt64(1),
                    row => last = row.GetInt32(0),
                ],
                cancellationToken);
        }

        var persons = await Persons([.. found.Select(f => f.Person).Distinct()], listed.System, cancellationToken);
        var page = new ListedPage(
            accounts,
            new FindingCounts(
                counts.GetValueOrDefault(EnumText.Of(AccountStanding.Orphan)), counts.GetValueOrDefault(EnumText.Of(AccountStanding.LeaverActive)), counts.GetValueOrDefault(EnumText.Of(AccountStanding.Unknown))),
            last);
        foreach (var (account, person, byId) in found.Distinct())
        {
            page.Add(account, persons[person], byId);
        }

        runs.Pages[listed.ReconciliationId.Value] = page;
    }

    /// <summary>By what the system finds a person; the configuration's check allows these only.</summary>
    private string Matched(SystemName system)
        => configuration.Systems.FirstOrDefault(s => s.Name == system)?.Match?.Value switch
        {
            "person.email" => "persons p on lower(p.email) = lower(l.match_value)",
            "person.userName" => "persons p on lower(p.user_name) = lower(l.match_value)",
            "personId" => "persons p on lower(p.person_id) = lower(l.match_value)",
            "employmentId" => "employments p on lower(p.employment_id) = lower(l.match_value)",
            _ => "persons p on false",
        };

    private async Task<Dictionary<string, RegisteredPerson>> Persons(List<string> ids, SystemName system, CancellationToken cancellationToken)
    {
        var employments = new Dictionary<string, List<Employment>>();
        var known = new HashSet<string>();
        var cuts = new Dictionary<string, LeaverCut>();
        using var batch = new SqlBatch(connection, transaction);
        batch.Add(PersonRows.SelectEmployments, Sql.Texts(ids));
        batch.Add("select distinct person_id from known_accounts where person_id = any($1) and system = $2", Sql.Texts(ids), Sql.Text(system.Value));
        batch.Add(Leavers, Sql.Texts(ids), Sql.Text(system.Value));
        await batch.Read(
            [
                row =>
                {
                    var person = row.GetString(0);
                    if (!employments.TryGetValue(person, out var some))
                    {
                        employments[person] = some = [];
                    }

                    some.Add(PersonRows.Employment(row));
                },
                row => known.Add(row.GetString(0)),
                row => cuts[row.GetString(0)] = new LeaverCut(new SagaId(row.GetGuid(1)), EnumText.Parse<SagaStatus>(row.GetString(2)), row.TimeOrNull(3)),
            ],
            cancellationToken);
        return ids.ToDictionary(
            id => id, id => new RegisteredPerson(new PersonRecord { Id = new PersonId(id), Employments = employments.GetValueOrDefault(id, []) }, known.Contains(id), cuts.GetValueOrDefault(id)));
    }
}
