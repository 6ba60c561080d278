using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>A claimed step with all that a connector host needs for it.</summary>
internal static class CommandRows
{
    /// <summary>
    /// Whether the person of row <c>o</c> has an employment at $2. A scalar and not a join: before the tables are analysed the planner takes an address for something that many people share, and would read all employments for each person.
    /// </summary>
    private const string IsEmployed = "(select true from employments a where a.person_id = o.person_id and (a.ends_at is null or a.ends_at > $2) limit 1)";

    /// <summary>
    /// Completes what a common table expression <c>claimed</c> has claimed (system, step_id, saga_id, sends, action, instruction, priority, due_at, owner, selection, restores, probe, pending) at $2, so that steps and
    /// questions about steps find the same accounts. What is so of a person is asked once, however many of their steps are claimed together.
    /// </summary>
    public const string OfClaimed =
        $"""
        , who as materialized (
            select p.person_id, p.email, p.user_name, p.given_name, p.family_name,
               array_remove(array[
                   case when exists (select from persons o where lower(o.email) = lower(p.email) and o.person_id <> p.person_id and {IsEmployed}) then 'person.email' end,
                   case when exists (select from persons o where lower(o.user_name) = lower(p.user_name) and o.person_id <> p.person_id and {IsEmployed}) then 'person.userName' end], null) as shared_facts
            from persons p where p.person_id in (select g.person_id from claimed c join sagas g using (saga_id)))
        select c.saga_id, c.step_id, c.sends, greatest(g.fence, e.version), c.action, g.person_id, g.employment_id, p.email, p.user_name, p.given_name, p.family_name,
               m.email, m.user_name, c.instruction, g.trace_parent, k.ids as known_accounts, c.owner, c.selection, c.restores, g.protection_released, p.shared_facts, k.shared as shared_accounts,
               c.probe or (c.action in ('transfer-data', 'delete-account') and exists (
                   select from steps o where o.saga_id = c.saga_id and o.system = c.system and o.status = 'succeeded' and o.outcome = 'observed')) as observe, c.probe, c.pending, c.system, c.due_at,
               (select array_agg(distinct o.account_id order by o.account_id) from others_accounts o where o.saga_id = c.saga_id and o.system = c.system) as others_accounts
        from claimed c join sagas g on g.saga_id = c.saga_id join who p on p.person_id = g.person_id
            left join employments e on e.person_id = g.person_id and e.employment_id = g.employment_id left join persons m on m.person_id = e.manager_id
            cross join lateral (
                select array_agg(a.account_id order by a.account_id) as ids,
                    array_agg(a.account_id order by a.account_id) filter (where exists (
                        select from known_accounts o where o.system = a.system and o.account_id = a.account_id and o.person_id <> a.person_id and {IsEmployed})) as shared
                from known_accounts a where a.person_id = g.person_id and a.system = c.system) k
        order by c.priority desc, c.due_at, c.step_id
        """;

    /// <summary>Whose queue the command goes to.</summary>
    public static SystemName System(NpgsqlDataReader row) => new(row.GetString(25));

    /// <summary>Since when it was due.</summary>
    public static DateTimeOffset DueAt(NpgsqlDataReader row) => row.Time(26);

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
            SharedFacts = row.GetFieldValue<string[]>(20) is { Length: > 0 } facts ? facts : [],
            SharedAccountIds = row.IsDBNull(21) ? [] : row.GetFieldValue<string[]>(21),
            ProtectionReleased = row.GetBoolean(19),
            Observe = row.GetBoolean(22),
            Probe = row.GetBoolean(23),
            Pending = row.GetBoolean(24),
            TraceParent = row.Text(14),
            Selection = row.Selection(17),
            KnownAccountIds = row.IsDBNull(15) ? [] : row.GetFieldValue<string[]>(15),
            OthersAccountIds = row.IsDBNull(27) ? [] : row.GetFieldValue<string[]>(27),
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
