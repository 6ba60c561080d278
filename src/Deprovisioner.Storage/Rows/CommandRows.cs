using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>A claimed step with all that a connector host needs for it.</summary>
internal static class CommandRows
{
    /// <summary>
    /// Completes what a common table expression <c>claimed</c> has claimed (step_id, saga_id, sends, action, instruction, priority, due_at, owner, selection, restores, probe, pending) on the system $1 at $2, so that steps and questions about
    /// steps find the same accounts.
    /// </summary>
    public const string OfClaimed =
        """

        select c.saga_id, c.step_id, c.sends, greatest(g.fence, e.version), c.action, g.person_id, g.employment_id, p.email, p.user_name, p.given_name, p.family_name,
               m.email, m.user_name, c.instruction, g.trace_parent,
               (select array_agg(k.account_id order by k.account_id) from known_accounts k where k.person_id = g.person_id and k.system = $1) as known_accounts,
               c.owner, c.selection, c.restores, g.protection_released,
               array_remove(array[
                   case when exists (select from persons o join employments a using (person_id)
                       where lower(o.email) = lower(p.email) and o.person_id <> p.person_id and (a.ends_at is null or a.ends_at > $2)) then 'person.email' end,
                   case when exists (select from persons o join employments a using (person_id)
                       where lower(o.user_name) = lower(p.user_name) and o.person_id <> p.person_id and (a.ends_at is null or a.ends_at > $2)) then 'person.userName' end], null) as shared_facts,
               array(select k.account_id from known_accounts k join known_accounts o using (system, account_id)
                   where k.person_id = g.person_id and k.system = $1 and o.person_id <> k.person_id
                       and exists (select from employments a where a.person_id = o.person_id and (a.ends_at is null or a.ends_at > $2))) as shared_accounts,
               c.probe or (c.action in ('transfer-data', 'delete-account') and exists (
                   select from steps o where o.saga_id = c.saga_id and o.system = $1 and o.status = 'succeeded' and o.outcome = 'observed')) as observe, c.probe, c.pending
        from claimed c join sagas g on g.saga_id = c.saga_id join persons p on p.person_id = g.person_id
            left join employments e on e.person_id = g.person_id and e.employment_id = g.employment_id left join persons m on m.person_id = e.manager_id
        order by c.priority desc, c.due_at, c.step_id
        """;

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
            Probe = row.GetBoolean(row.GetOrdinal("probe")),
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
