using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of a saga, as the core sees it.</summary>
internal static class SagaRows
{
    /// <summary>The key is a scalar and not a join: before the tables are analysed the planner would read all persons for it.</summary>
    public const string Select =
        """
        select s.saga_id, s.kind, s.person_id, s.employment_id, s.fence, s.policy, s.policy_version, s.plan_hash, s.retry_first_ms, s.retry_max_ms, s.retry_for_ms,
               s.urgent, s.effective_at, s.effective_basis, s.status, s.planned_at, s.contained_at, s.completed_at, s.stages, s.trace_parent, s.audit_seq, s.audit_hash,
               (select p.audit_key from persons p where p.person_id = s.person_id), s.holds,
               s.returned_at, s.not_restored, s.legal_hold, s.protection_released
        from sagas s
        """;

    public static void Take(Dictionary<Guid, (Saga Saga, AuditHead Head, string? TraceParent)> heads, Work work, NpgsqlDataReader row)
    {
        heads[row.GetGuid(0)] = (Saga(row), new AuditHead(row.GetInt64(20), row.GetFieldValue<byte[]>(21)), row.Text(19));
        if (!row.IsDBNull(22))
        {
            work.AuditKeys[row.GetString(2)] = row.GetFieldValue<byte[]>(22);
        }
    }

    public static string Stages(Saga saga) => JsonSerializer.Serialize(saga.Stages.AsEnumerable(), JsonSerializerOptions.Web);

    public static string Holds(Saga saga) => JsonSerializer.Serialize(saga.Holds.Select(h => new HoldText(EnumText.Of(h.Reason), h.Detail, h.Since)), JsonSerializerOptions.Web);

    public static string NotRestored(Saga saga) => JsonSerializer.Serialize(saga.NotRestored.AsEnumerable(), JsonSerializerOptions.Web);

    private static Saga Saga(NpgsqlDataReader row)
        => new()
        {
            Id = new SagaId(row.GetGuid(0)),
            Kind = EnumText.Parse<SagaKind>(row.GetString(1)),
            PersonId = new PersonId(row.GetString(2)),
            EmploymentId = new EmploymentId(row.GetString(3)),
            Fence = row.GetInt64(4),
            Policy = row.GetString(5),
            PolicyVersion = row.GetString(6),
            PlanHash = row.GetString(7),
            Retry = new RetryBudget
            {
                First = TimeSpan.FromMilliseconds(row.GetInt64(8)),
                Max = TimeSpan.FromMilliseconds(row.GetInt64(9)),
                For = TimeSpan.FromMilliseconds(row.GetInt64(10)),
            },
            Urgent = row.GetBoolean(11),
            EffectiveAt = row.Time(12),
            EffectiveBasis = row.GetString(13),
            Status = EnumText.Parse<SagaStatus>(row.GetString(14)),
            PlannedAt = row.Time(15),
            ContainedAt = row.TimeOrNull(16),
            CompletedAt = row.TimeOrNull(17),
            Stages = [.. JsonSerializer.Deserialize<PlannedStage[]>(row.GetString(18), JsonSerializerOptions.Web)!],
            LegalHold = row.GetBoolean(26),
            ProtectionReleased = row.GetBoolean(27),
            Holds = [.. JsonSerializer.Deserialize<HoldText[]>(row.GetString(23), JsonSerializerOptions.Web)!.Select(h => new SagaHold(EnumText.Parse<HoldReason>(h.Reason), h.Detail, h.Since))],
            ReturnedAt = row.TimeOrNull(24),
            NotRestored = [.. JsonSerializer.Deserialize<NotRestored[]>(row.GetString(25), JsonSerializerOptions.Web)!],
            Steps = [],
        };

    /// <summary>A hold as it is stored: what is closed in the core travels as text.</summary>
    private sealed record HoldText(string Reason, string Detail, DateTimeOffset Since);
}
