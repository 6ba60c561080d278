using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of a person's legal hold.</summary>
internal static class LegalHoldRows
{
    public const string Columns = "legal_hold, legal_hold_since, legal_hold_by, legal_hold_why, legal_hold_said_at, legal_hold_by_hand";

    /// <param name="first">The place of the first of <see cref="Columns"/>.</param>
    public static LegalHold? Read(NpgsqlDataReader row, int first)
        => row.IsDBNull(first + 1)
            ? null
            : new LegalHold(row.GetBoolean(first), row.Time(first + 1), new Act(row.GetString(first + 2), row.GetString(first + 3)), row.Time(first + 4), row.GetBoolean(first + 5));

    /// <summary>Few persons ever have one: a statement of its own, where there is one to write.</summary>
    public static void Save(SqlBatch batch, IEnumerable<PersonRecord> persons)
    {
        var holds = persons.Where(p => p.LegalHold is not null).Select(p => (p.Id, Hold: p.LegalHold!)).ToList();
        if (holds.Count > 0)
        {
            batch.Add(
                """
                update persons p set legal_hold = t.h, legal_hold_since = t.s, legal_hold_by = t.b, legal_hold_why = t.w, legal_hold_said_at = t.a, legal_hold_by_hand = t.m
                from unnest($1, $2, $3, $4, $5, $6, $7) as t(id, h, s, b, w, a, m) where p.person_id = t.id
                """,
                Sql.Texts(holds.Select(h => h.Id.Value)), Sql.Booleans(holds.Select(h => h.Hold.IsSet)), Sql.Times(holds.Select(h => (DateTimeOffset?)h.Hold.Since)),
                Sql.Texts(holds.Select(h => h.Hold.By.Who)), Sql.Texts(holds.Select(h => h.Hold.By.Why)), Sql.Times(holds.Select(h => (DateTimeOffset?)h.Hold.SaidAt)),
                Sql.Booleans(holds.Select(h => h.Hold.ByHand)));
        }
    }

    /// <summary>What of it, and of a release from protection, stands with sagas.</summary>
    public static void Save(SqlBatch batch, IEnumerable<SagaWork> sagas)
    {
        var moved = sagas.Where(s => Kept(s.Saga) != (s.New ? default : Kept(s.Stored))).Select(s => s.Saga).OrderBy(s => s.Id.Value).ToList();
        if (moved.Count > 0)
        {
            batch.Add(
                "update sagas s set legal_hold = t.h, protection_released = t.r from unnest($1, $2, $3) as t(id, h, r) where s.saga_id = t.id",
                Sql.Uuids(moved.Select(s => s.Id.Value)), Sql.Booleans(moved.Select(s => s.LegalHold)), Sql.Booleans(moved.Select(s => s.ProtectionReleased)));
        }

        static (bool, bool) Kept(Saga saga) => (saga.LegalHold, saga.ProtectionReleased);
    }
}
