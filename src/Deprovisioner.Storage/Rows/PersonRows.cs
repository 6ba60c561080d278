using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>The columns of persons, employments and known accounts, as the core sees them.</summary>
internal static class PersonRows
{
    public const string SelectPersons =
        "select person_id, email, user_name, given_name, family_name, audit_key, look_at, look_cause, " + LegalHoldRows.Columns + " from persons where person_id = any($1) order by person_id";

    public const string SelectEmployments =
        """
        select person_id, employment_id, status, department, title, location, manager_id, worker_type, time_zone, ends_at, version, seen, last_event_at, end_reason, end_urgent,
               starts_at, leave_from, leave_until, relinquished
        from employments where person_id = any($1) order by person_id, employment_id
        """;

    public static string Seen(Employment employment)
        => JsonSerializer.Serialize(new SeenText(employment.Presence, employment.Leave, employment.Attributes), JsonSerializerOptions.Web);

    public static void TakePerson(Work work, NpgsqlDataReader row)
    {
        var id = row.GetString(0);
        work.Persons[id] = new PersonRecord
        {
            Id = new PersonId(id),
            Attributes = Attributes(row),
            NextLook = row.TimeOrNull(6) is { } at ? new NextLook(at, row.GetString(7)) : null,
            LegalHold = LegalHoldRows.Read(row, 8),
        };
        if (!row.IsDBNull(5))
        {
            work.AuditKeys[id] = row.GetFieldValue<byte[]>(5);
        }
    }

    public static void TakeEmployment(Work work, NpgsqlDataReader row)
    {
        var person = work.Persons[row.GetString(0)];
        work.Persons[person.Id.Value] = person with { Employments = [.. person.Employments, Employment(row)] };
    }

    public static void TakeAccount(Work work, NpgsqlDataReader row)
    {
        var person = work.Persons[row.GetString(0)];
        work.Persons[person.Id.Value] = person with { Accounts = [.. person.Accounts, new KnownAccount(new SystemName(row.GetString(1)), row.GetString(2))] };
    }

    private static PersonAttributes? Attributes(NpgsqlDataReader row)
        => row.IsDBNull(1) && row.IsDBNull(2) && row.IsDBNull(3) && row.IsDBNull(4) ? null : new PersonAttributes(row.Text(1), row.Text(2), row.Text(3), row.Text(4));

    private static Assignment? Assignment(NpgsqlDataReader row)
        => Enumerable.Range(3, 5).All(row.IsDBNull) ? null : new Assignment(row.Text(3), row.Text(4), row.Text(5), row.Text(6) is { } manager ? new PersonId(manager) : null, row.Text(7));

    public static Employment Employment(NpgsqlDataReader row)
    {
        var seen = JsonSerializer.Deserialize<SeenText>(row.GetString(11), JsonSerializerOptions.Web)!;
        return new()
        {
            PersonId = new PersonId(row.GetString(0)),
            Id = new EmploymentId(row.GetString(1)),
            Assignment = Assignment(row),
            TimeZone = row.Text(8),
            EndsAt = row.TimeOrNull(9),
            Version = row.GetInt64(10),
            Presence = seen.Presence,
            Leave = seen.Leave,
            Attributes = seen.Attributes,
            EndReason = row.Text(13),
            EndUrgent = row.GetBoolean(14),
            StartsAt = row.TimeOrNull(15),
            LeaveFrom = row.TimeOrNull(16),
            LeaveUntil = row.TimeOrNull(17),
            Relinquished = row.GetBoolean(18),
        };
    }

    /// <summary>The column <c>seen</c>.</summary>
    private sealed record SeenText(OrderMark Presence, OrderMark Leave, OrderMark Attributes);
}
