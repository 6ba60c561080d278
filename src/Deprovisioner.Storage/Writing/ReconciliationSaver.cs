using Deprovisioner.Contracts;
using Deprovisioner.Core.Reconciling;

namespace Deprovisioner.Storage.Writing;

/// <summary>Saves what a transaction decided of reconciliations.</summary>
internal sealed class ReconciliationSaver(Work work)
{
    public void Save(SqlBatch batch)
    {
        var runs = work.Reconciliations;
        ReconciliationRows.Insert(batch, [.. runs.Begun.OrderBy(b => b.Key).Select(b => (runs.Runs[b.Key], b.Value))]);
        ReconciliationRows.Update(batch, [.. runs.Changed.Where(id => !runs.Begun.ContainsKey(id)).Order().Select(id => (runs.Runs[id], (long?)null))]);
        foreach (var (run, accounts) in runs.Seen)
        {
            SaveSeen(batch, run, accounts);
        }
    }

    /// <summary>Of an account that is listed again, in a list that began anew, the last word counts.</summary>
    private void SaveSeen(SqlBatch batch, ReconciliationId run, IReadOnlyList<ReconciledAccount> accounts)
    {
        batch.Add("delete from reconciled_accounts where run_id = $1 and account_id = any($2)", Sql.Uuid(run.Value), Sql.Texts(accounts.Select(a => a.Account.AccountId)));
        var findings = accounts.Where(a => a.IsFinding).ToList();
        if (findings.Count > 0)
        {
            batch.Add(
                """
                insert into reconciled_accounts (run_id, account_id, name, finding, person_id, saga_id, detail, next, seen_at)
                select $1, a, n, f, p, s, d, c, $9 from unnest($2, $3, $4, $5, $6, $7, $8) as t(a, n, f, p, s, d, c)
                """,
                Sql.Uuid(run.Value), Sql.Texts(findings.Select(f => f.Account.AccountId)), Sql.Texts(findings.Select(f => f.Account.Name)), Sql.Texts(findings.Select(f => EnumText.Of(f.Standing))),
                Sql.Texts(findings.Select(f => f.PersonId?.Value)), Sql.UuidsOrNull(findings.Select(f => f.SagaId?.Value)), Sql.Texts(findings.Select(f => f.Detail)),
                Sql.Texts(findings.Select(f => f.Next)), Sql.Time(work.Now));
        }
    }
}
