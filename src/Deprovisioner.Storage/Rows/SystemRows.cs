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

    /// <param name="first">Where its columns begin.</param>
    public static SystemState State(NpgsqlDataReader row, int first = 0)
        => new()
        {
            System = new SystemName(row.GetString(first)),
            Gate = EnumText.Parse<Gate>(row.GetString(first + 1)),
            GateUntil = row.TimeOrNull(first + 2),
            GateSince = row.TimeOrNull(first + 3),
            Failures = row.GetInt32(first + 4),
            LastError = row.Text(first + 5),
            LastErrorAt = row.TimeOrNull(first + 6),
            LastSuccessAt = row.TimeOrNull(first + 7),
            Pause = row.Text(first + 8) is { } by ? new SystemPause(by, row.GetString(first + 9), row.Time(first + 10)) : null,
        };

    public static SystemBudget Budget(NpgsqlDataReader row) => new(row.GetDouble(11), row.GetInt32(12), row.GetDouble(13), row.Time(14));

    public static TimeSpan Lease(NpgsqlDataReader row) => TimeSpan.FromMilliseconds(row.GetInt64(15));
}
