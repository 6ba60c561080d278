using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>A claimed step with all that a connector host needs for it.</summary>
internal static class CommandRows
{
    public static StepCommand Command(NpgsqlDataReader row)
        => new()
        {
            SagaId = new SagaId(row.GetGuid(0)),
            StepId = new StepId(row.GetGuid(1)),
            Attempt = row.GetInt32(2),
            Fence = row.GetInt64(3),
            Action = EnumText.Parse<StepAction>(row.GetString(4)),
            PersonId = new PersonId(row.GetString(5)),
            EmploymentId = new EmploymentId(row.GetString(6)),
            Facts = Facts(row),
            Instruction = row.Text(13),
            SharedFacts = row.GetFieldValue<string[]>(row.GetOrdinal("shared_facts")),
            SharedAccountIds = row.GetFieldValue<string[]>(row.GetOrdinal("shared_accounts")),
            ProtectionReleased = row.GetBoolean(row.GetOrdinal("protection_released")),
            Observe = row.GetBoolean(row.GetOrdinal("observe")),
            Pending = row.GetBoolean(row.GetOrdinal("pending")),
            TraceParent = row.Text(14),
            Selection = row.Selection(17),
            KnownAccountIds = row.IsDBNull(15) ? [] : row.GetFieldValue<string[]>(15),
            Owner = row.Text(16),
            Snapshots = row.Text(18) is { } snapshots ? SnapshotText.Read(snapshots) : [],
        };

    private static Dictionary<string, string> Facts(NpgsqlDataReader row)
    {
        (string Name, string? Value)[] facts =
        [
            ("personId", row.GetString(5)), ("employmentId", row.GetString(6)),
            ("person.email", row.Text(7)), ("person.userName", row.Text(8)), ("person.givenName", row.Text(9)), ("person.familyName", row.Text(10)),
            ("person.manager.email", row.Text(11)), ("person.manager.userName", row.Text(12)),
        ];
        return facts.Where(fact => fact.Value is not null).ToDictionary(fact => fact.Name, fact => fact.Value!);
    }
}
