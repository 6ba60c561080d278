using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of a step, as the core sees it.</summary>
internal static class StepRows
{
    public const string Columns =
        "saga_id, step_id, ordinal, stage, system, action, instruction, status, sends, failures, deferred, due_at, first_due_at, outcome, code, message, residual_until, settled_at, owner, reversible, nullif(needs, '{}') as needs, ask_first, selection, "
        + TaskRows.Columns;

    public const string Select = "select " + Columns + " from steps";

    public static Step Step(NpgsqlDataReader row)
        => new()
        {
            Id = new StepId(row.GetGuid(1)),
            Ordinal = row.GetInt32(2),
            Stage = row.GetInt32(3),
            System = new SystemName(row.GetString(4)),
            Action = EnumText.Parse<StepAction>(row.GetString(5)),
            Instruction = row.Text(6),
            Status = EnumText.Parse<StepStatus>(row.GetString(7)),
            Sends = row.GetInt32(8),
            Failures = row.GetInt32(9),
            Deferred = row.GetBoolean(10),
            DueAt = row.TimeOrNull(11),
            FirstDueAt = row.TimeOrNull(12),
            Outcome = row.Text(13) is { } outcome ? EnumText.Parse<Outcome>(outcome) : null,
            Code = row.Text(14),
            Message = row.Text(15),
            ResidualUntil = row.TimeOrNull(16),
            SettledAt = row.TimeOrNull(17),
            Owner = row.Text(18),
            Reversible = row.Text(19) is { } reversible ? Reversibility.Parse(reversible) : null,
            Needs = row.IsDBNull(20) ? [] : row.GetFieldValue<int[]>(20),
            AskFirst = row.GetBoolean(21),
            Selection = row.Selection(22),
            Task = TaskRows.Read(row, 23),
        };
}
