using Deprovisioner.Contracts;
using Deprovisioner.Core.Reconciling;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>A reconciliation as its row has it.</summary>
internal static class ReconciliationRows
{
    public const string Select =
        """
        select run_id, system, status, page, cursor, ask_at, restarts, failures, shrunk_is_right, pages, accounts, accounted_for, disabled, protected, canaries,
               orphans, leavers_active, unknown, started_at, updated_at, finished_at, asked_by, why, reason, detail
        from reconciliations
        """;

    private static readonly SqlColumns<(Reconciliation Run, long? Act)> Columns = new(
        "reconciliations",
        new("run_id", runs => Sql.Uuids(runs.Select(r => r.Run.Id.Value))),
        new("system", runs => Sql.Texts(runs.Select(r => r.Run.System.Value))),
        new("status", runs => Sql.Texts(runs.Select(r => EnumText.Of(r.Run.Status))), Changes: true),
        new("page", runs => Sql.Ints(runs.Select(r => r.Run.Page)), Changes: true),
        new("cursor", runs => Sql.Texts(runs.Select(r => r.Run.Cursor)), Changes: true),
        new("ask_at", runs => Sql.Times(runs.Select(r => r.Run.AskAt)), Changes: true),
        new("restarts", runs => Sql.Ints(runs.Select(r => r.Run.Restarts)), Changes: true),
        new("failures", runs => Sql.Ints(runs.Select(r => r.Run.Failures)), Changes: true),
        new("shrunk_is_right", runs => Sql.Booleans(runs.Select(r => r.Run.ShrunkIsRight))),
        new("pages", runs => Sql.Ints(runs.Select(r => r.Run.Listed.Pages)), Changes: true),
        new("accounts", runs => Sql.Ints(runs.Select(r => r.Run.Listed.Accounts)), Changes: true),
        new("accounted_for", runs => Sql.Ints(runs.Select(r => r.Run.Listed.AccountedFor)), Changes: true),
        new("disabled", runs => Sql.Ints(runs.Select(r => r.Run.Listed.Disabled)), Changes: true),
        new("protected", runs => Sql.Ints(runs.Select(r => r.Run.Listed.Protected)), Changes: true),
        new("canaries", runs => Sql.Ints(runs.Select(r => r.Run.Listed.Canaries)), Changes: true),
        new("orphans", runs => Sql.Ints(runs.Select(r => r.Run.Found.Orphans)), Changes: true),
        new("leavers_active", runs => Sql.Ints(runs.Select(r => r.Run.Found.LeaversActive)), Changes: true),
        new("unknown", runs => Sql.Ints(runs.Select(r => r.Run.Found.Unknown)), Changes: true),
        new("started_at", runs => Sql.Times(runs.Select(r => (DateTimeOffset?)r.Run.StartedAt))),
        new("updated_at", runs => Sql.Times(runs.Select(r => (DateTimeOffset?)r.Run.UpdatedAt)), Changes: true),
        new("finished_at", runs => Sql.Times(runs.Select(r => r.Run.FinishedAt)), Changes: true),
        new("asked_by", runs => Sql.Texts(runs.Select(r => r.Run.Asked.Who))),
        new("why", runs => Sql.Texts(runs.Select(r => r.Run.Asked.Why))),
        new("act_id", runs => Sql.BigsOrNull(runs.Select(r => r.Act))),
        new("reason", runs => Sql.Texts(runs.Select(r => r.Run.Reason is { } reason ? EnumText.Of(reason) : null)), Changes: true),
        new("detail", runs => Sql.Texts(runs.Select(r => r.Run.Detail)), Changes: true));

    public static Reconciliation Read(NpgsqlDataReader row)
        => new()
        {
            Id = new ReconciliationId(row.GetGuid(0)),
            System = new SystemName(row.GetString(1)),
            Status = EnumText.Parse<ReconciliationStatus>(row.GetString(2)),
            Page = row.GetInt32(3),
            Cursor = row.Text(4),
            AskAt = row.TimeOrNull(5),
            Restarts = row.GetInt32(6),
            Failures = row.GetInt32(7),
            ShrunkIsRight = row.GetBoolean(8),
            Listed = new ListCounts(row.GetInt32(9), row.GetInt32(10), row.GetInt32(11), row.GetInt32(12), row.GetInt32(13), row.GetInt32(14)),
            Found = new FindingCounts(row.GetInt32(15), row.GetInt32(16), row.GetInt32(17)),
            StartedAt = row.Time(18),
            UpdatedAt = row.Time(19),
            FinishedAt = row.TimeOrNull(20),
            Asked = new Act(row.GetString(21), row.GetString(22)),
            Reason = row.Text(23) is { } reason ? EnumText.Parse<InconclusiveReason>(reason) : null,
            Detail = row.Text(24),
        };

    public static void Insert(SqlBatch batch, IReadOnlyList<(Reconciliation Run, long? Act)> runs) => Columns.Insert(batch, runs);

    public static void Update(SqlBatch batch, IReadOnlyList<(Reconciliation Run, long? Act)> runs) => Columns.Update(batch, runs);
}
