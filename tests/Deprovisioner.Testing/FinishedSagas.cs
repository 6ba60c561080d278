using System.Globalization;

namespace Deprovisioner.Testing;

/// <summary>
/// Years of finished leaver sagas, written by the database itself: millions of rows in minutes. They look as the product leaves them, in all that the paths of new work read; their audit is only as large as a real one
/// (its chain does not verify).
/// </summary>
public static class FinishedSagas
{
    /// <summary>Statements, one each: so many people who left in the three years before a month before the given time, each with so many settled steps and audit rows. As a superuser.</summary>
    public static IReadOnlyList<string> Sql(int sagas, int steps, DateTimeOffset now) => Text(sagas, steps, now).Split(";\n");

    private static string Text(int sagas, int steps, DateTimeOffset now)
        => string.Create(CultureInfo.InvariantCulture, $"""
        create table past as select n, 'past-' || n as person, gen_random_uuid() as saga, '{now:O}'::timestamptz - interval '30 days' - interval '3 years' * n / {sagas} as at from generate_series(1, {sagas}) n;
        insert into persons (person_id, email, user_name, given_name, family_name, audit_key, updated_at) select person, person || '@example.test', person, 'Ada', 'Byron', sha256(person::bytea), at from past;
        insert into employments (person_id, employment_id, status, department, title, location, time_zone, ends_at, version, last_event_at, seen, relinquished)
            select person, person || '-1', 'terminated', 'Finance', 'Analyst', 'Berlin', 'Europe/Berlin', at, 2, at,
                jsonb_build_object('presence', jsonb_build_object('at', at, 'sequences', '{"{}"}'::jsonb), 'leave', jsonb_build_object('at', at, 'sequences', '{"{}"}'::jsonb), 'attributes', jsonb_build_object('at', at, 'sequences', '{"{}"}'::jsonb)), true from past;
        insert into known_accounts select person, system, person || '@' || system from past, systems;
        insert into inbox (source, event_id, type, person_id, employment_id, event_at, received_at, raw, verdict, reason, saga_id)
            select '/past', person, 'hr.employment.terminated.v1', person, person || '-1', at, at, convert_to(repeat('x', 400), 'UTF8'), 'planned', 'It takes effect at once.', saga from past;
        insert into sagas (saga_id, kind, person_id, employment_id, fence, policy, policy_version, plan_hash, retry_first_ms, retry_max_ms, retry_for_ms, urgent, effective_at, effective_basis, status, planned_at, contained_at,
            completed_at, stages, ended_hours, audit_seq, audit_hash)
            select saga, 'leaver', person, person || '-1', 2, 'leaver', repeat('a', 64), repeat('a', 64), 30000, 3600000, 259200000, false, at, 'at once', 'completed', at, at, at,
                '[{"{"}"ordinal":0,"name":"contain","after":"00:00:00","within":null,"approvalRequired":false{"}"}]', 0, {steps}, sha256(person::bytea) from past;
        insert into steps (step_id, saga_id, ordinal, stage, system, action, status, priority, sends, first_due_at, outcome, settled_at)
            select gen_random_uuid(), saga, s, 0, (select system from systems where configured order by system limit 1), 'disable-account', 'succeeded', 100, 1, at, 'changed', at from past, generate_series(0, {steps - 1}) s;
        insert into audit select saga, s, at, 'step-reported', convert_to(json_build_object('outcome', 'changed', 'note', repeat('x', 260))::text, 'UTF8'), sha256((person || s)::bytea) from past, generate_series(1, {steps}) s;
        insert into audit_private select saga, s, person, convert_to(repeat('x', 200), 'UTF8') from past, generate_series(1, {steps}) s where s % 5 = 1;
        insert into outbox (type, saga_id, payload, created_at, published_at) select t, saga, '{"{}"}', at, at from past, unnest(array['deprovisioning.started.v1', 'deprovisioning.completed.v1']) t;
        insert into guard_transitions (saga_id, person_id, employment_id, at, effective_at) select saga, person, person || '-1', at, at from past;
        insert into drift_watches (person_id, why) select person, 'It is over.' from past;
        insert into probes (probe_id, step_id, system, purpose, status, outcome, answered_at, read_at)
            select gen_random_uuid(), step_id, system, 'drift', 'answered', 'already', settled_at, settled_at from steps where ordinal = 0;
        insert into operator_acts (kind, saga_id, who, why, requested_at, status, answer, done_at) select 'release', saga, 'ann', 'is right', at, 'done', 'It runs.', at from past where n % 10 = 0;
        drop table past;
        vacuum analyze
        """);
}
