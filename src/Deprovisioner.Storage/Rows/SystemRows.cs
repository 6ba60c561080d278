using Deprovisioner.Contracts;
using Deprovisioner.Core.Systems;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of a system's condition, as the core sees it.</summary>
internal static class SystemRows
{
    public const string Columns =
        """
        system, gate, gate_until, gate_since, failures, last_error, last_error_at, last_success_at, paused_by, paused_why, paused_at,
        per_second, concurrency, tokens, tokens_at, lease_ms
        """;

    public const string Select = "select " + Columns + " from systems";

    public static SystemState State(NpgsqlDataReader row)
        => new()
        {
            System = new SystemName(row.GetString(0)),
            Gate = EnumText.Parse<Gate>(row.GetString(1)),
            GateUntil = row.TimeOrNull(2),
            GateSince = row.TimeOrNull(3),
            Failures = row.GetInt32(4),
            LastError = row.Text(5),
            LastErrorAt = row.TimeOrNull(6),
            LastSuccessAt = row.TimeOrNull(7),
            Pause = row.Text(8) is { } by ? new SystemPause(by, row.GetString(9), row.Time(10)) : null,
        };

    public static SystemBudget Budget(NpgsqlDataReader row) => new(row.GetDouble(11), row.GetInt32(12), row.GetDouble(13), row.Time(14));

    public static TimeSpan Lease(NpgsqlDataReader row) => TimeSpan.FromMilliseconds(row.GetInt64(15));
}
