using Deprovisioner.Chaos.Hr;
using Deprovisioner.Chaos.Systems;
using Deprovisioner.Chaos.Workers;

namespace Deprovisioner.Chaos.Checks;

/// <summary>Compares everything that can be read afterwards with what the model says.</summary>
internal sealed class Comparison(Estate estate, Installation product, HrSystem hr, Tally tally, TimeProvider clock)
{
    /// <summary>What a person has to decide, and which of the faults can bring it about.</summary>
    private static readonly string[] Excuses =
    [
        // Steps were cancelled by the return while nobody knew whether their tries had done anything: sent, no answer, and then no further try.
        "nothing can be put back by itself",

        // The same of some of them.
        "but for what nobody knows",
    ];

    /// <summary>After a return was committed, what was under way may go on for so long: until its lease ends, and one call more.</summary>
    private static readonly TimeSpan UnderWay = Installation.Lease + Installation.CallTimeout + TimeSpan.FromSeconds(1);

    public async Task Run()
    {
        var held = await Held();
        var unclear = await Unclear();
        await Accounts(held, unclear);
        await Writes();
        await Messages();
        await Sagas(held);
        await Audit();
    }

    /// <summary>Who was left to a person's decision, by person.</summary>
    private async Task<HashSet<string>> Held()
    {
        var people = new HashSet<string>();
        foreach (var (person, reason) in await Rows("select person_id, reason from inbox where verdict = 'held' union all select person_id, 'saga held: ' || holds::text from sagas where status = 'held'"))
        {
            if (Array.Exists(Excuses, excuse => reason.Contains(excuse, StringComparison.Ordinal)))
            {
                people.Add(person);
            }
            else
            {
                tally.Fault($"{person} waits for a decision that nothing explains: {reason}");
            }
        }

        tally.Compare("people left to a person's decision, for a reason that the faults explain", $"{people.Count}");
        return people;
    }

    /// <summary>
    /// Accounts that a restore saga lists for a person to look at: a step on it was sent, and no answer of the try that did it ever came, so nobody knows what it took. By person and system.
    /// </summary>
    private async Task<HashSet<(string Person, string System)>> Unclear()
    {
        var rows = await Rows("""
            select g.person_id, n ->> 'system' from sagas g, jsonb_array_elements(g.not_restored) n
            where n ->> 'isUnclear' = 'true'
            """);
        return [.. rows.Select(r => (r.Key, r.Value))];
    }

    private async Task Accounts(HashSet<string> held, HashSet<(string Person, string System)> unclear)
    {
        var left = 0;
        var now = clock.GetUtcNow();
        var standings = await new AccountReader(estate).Standings();
        var counts = new Dictionary<Model.Access, int>();
        var right = 0;
        var all = 0;
        foreach (var person in estate.People)
        {
            var expected = Model.InTheEnd(person.Said, now);
            counts[expected] = counts.GetValueOrDefault(expected) + 1;
            foreach (var system in AccountReader.Systems)
            {
                all++;
                var standing = standings.GetValueOrDefault((system, person.UserName));
                var fits = standing is not null && expected switch
                {
                    Model.Access.Whole => standing is { CanSignIn: true, InGroup: true },
                    Model.Access.Resting => standing is { CanSignIn: false },
                    _ => standing is { CanSignIn: false, InGroup: false },
                };
                if (fits)
                {
                    right++;
                }
                else if (held.Contains(person.Id) || unclear.Contains((person.Id, system)))
                {
                    left++;
                }
                else
                {
                    tally.Fault($"{person.UserName} on {system}: the model says {expected}, and there {standing?.ToString() ?? "is no account"}. HR: {Text(person)}\n    {string.Join("\n    ", await History(person, system))}");
                }
            }
        }

        tally.Compare("people: whole, resting, gone in the end", string.Join(", ", Enum.GetValues<Model.Access>().Select(a => counts.GetValueOrDefault(a))));
        tally.Compare("accounts that stand as the model says, of all", $"{right} of {all}");
        tally.Compare("accounts that do not, and of which the product says that a person must look, since an answer never came", $"{left}");
    }

    /// <summary>What the product and the system each say of an account, for whoever has to find out.</summary>
    private async Task<IEnumerable<string>> History(Person person, string system)
    {
        var steps = await Rows($"""
            select concat_ws(' ', a.at::text, g.kind, g.status, t.action, t.status), concat_ws(' ', convert_from(a.payload, 'UTF8'))
            from sagas g join steps t using (saga_id) join audit a on a.stream = g.saga_id and convert_from(a.payload, 'UTF8') like '%' || t.step_id || '%'
            where g.person_id = '{person.Id}' and t.system = '{system}' and a.type <> 'saga-planned' order by a.at, a.seq
            """);
        var writes = (await new AccountReader(estate).Writes()).Where(w => w.System == system && w.UserName == person.UserName);
        return steps.Select(s => $"{s.Key}: {s.Value}").Concat(writes.Select(w => $"{w.At:HH:mm:ss.fff} written: {w.What}"));
    }

    private async Task Writes()
    {
        var writes = await new AccountReader(estate).Writes();
        var people = estate.People.ToDictionary(p => p.UserName);
        var known = hr.Messages.Where(m => m.About is not null).ToDictionary(m => m.About!, m => m.TakenInAt);
        foreach (var write in writes)
        {
            if (!people.TryGetValue(write.UserName, out var person))
            {
                tally.Fault($"{write.System} was changed at {write.At:HH:mm:ss.fff} for nobody known: {write.What}");
            }
            else if (write.Cuts ? !Model.MayBeCut(person.Said, write.At, write.Until, said => known.GetValueOrDefault(said), UnderWay) : !Model.MayBeGivenBack(person.Said, write.Until))
            {
                tally.Fault($"{write.System} was changed for {write.UserName} at {write.At:HH:mm:ss.fff}, which the model forbids then: {write.What}. HR: {Text(person)}");
            }
        }

        tally.Compare("writes in the systems' own logs, each allowed by the model at its time", string.Join(", ", AccountReader.Systems.Select(s => $"{s} {writes.Count(w => w.System == s)}")));
        tally.Compare("people of whom nothing was ever changed", $"{people.Count - writes.Select(w => w.UserName).Distinct().Count()}");
    }

    private async Task Messages()
    {
        var inbox = (await Rows("select event_id, count(*)::text from inbox where source <> 'deprovisioner' group by 1")).ToDictionary(r => r.Key, r => r.Value);
        var quarantine = (await Rows("select encode(sha256(raw), 'hex'), count(*)::text from quarantine group by 1")).ToDictionary(r => r.Key, r => r.Value);
        foreach (var message in hr.Messages)
        {
            var (here, there) = message.About is null ? (quarantine, inbox) : (inbox, quarantine);
            var key = HrSystem.KeyOf(message);
            if (here.GetValueOrDefault(key) != "1" || there.ContainsKey(key))
            {
                tally.Fault($"Message {message.Id} is {here.GetValueOrDefault(key, "0")} times where it belongs, and {there.GetValueOrDefault(key, "0")} times where it does not.");
            }
        }

        var strangers = inbox.Keys.Concat(quarantine.Keys).Except(hr.Messages.Select(HrSystem.KeyOf)).Count();
        if (strangers > 0)
        {
            tally.Fault($"{strangers} rows of inbox and quarantine were never published.");
        }

        tally.Compare("events in the inbox exactly once, garbage in quarantine exactly once", $"{inbox.Count}, {quarantine.Count}");
    }

    private async Task Sagas(HashSet<string> held)
    {
        var sagas = await Rows("select kind || ' ' || status, count(*)::text from sagas group by 1 order by 1");
        tally.Compare("sagas", string.Join(", ", sagas.Select(s => $"{s.Value} {s.Key}")));
        foreach (var (saga, status) in await Rows("select saga_id || ' of ' || person_id, kind || ' ' || status from sagas where status not in ('completed', 'cancelled')"))
        {
            if (!held.Contains(saga.Split(' ')[^1]))
            {
                tally.Fault($"Saga {saga} is {status} in the end.");
            }
        }

        // All accounts exist, none is anybody else's, and every step can be done: so no outcome but these is right. What failed in passing, or without an answer, before its saga was cancelled stays as it was: nobody replays it; what its account is like is compared all the same.
        foreach (var (step, outcome) in await Rows("""
            select t.step_id || ' ' || t.action || ' on ' || t.system || ' of ' || g.person_id, concat_ws(' ', g.status, t.status, t.outcome, t.code, t.message) from steps t join sagas g using (saga_id)
            where (t.status = 'succeeded' and t.outcome not in ('changed', 'already')) or (t.status not in ('succeeded', 'cancelled') and not (g.status = 'cancelled' and t.status = 'failed' and t.outcome in ('transient', 'indeterminate')))
                or (g.status = 'completed' and t.status <> 'succeeded')
            """))
        {
            tally.Fault($"Step {step} ended as {outcome}.");
        }

        tally.Compare("steps by status and outcome", string.Join(", ", (await Rows(
            "select concat_ws(' ', status, outcome), count(*)::text from steps group by 1 order by 1")).Select(s => $"{s.Value} {s.Key}")));
    }

    private async Task Audit()
    {
        var (code, output) = await product.Cli("audit", "verify");
        if (code != 0)
        {
            tally.Fault($"The audit does not verify: {output}");
        }

        // Each step that succeeded has exactly one row that says so, and each event the row of its decision.
        foreach (var (step, rows) in await Rows("""
            with said as materialized (
                select convert_from(payload, 'UTF8')::jsonb #>> '{facts,step}' as step, count(*) as rows from audit
                where type = 'step-reported' and convert_from(payload, 'UTF8')::jsonb #>> '{facts,status}' = 'succeeded' group by 1)
            select t.step_id::text, coalesce(s.rows, 0)::text from steps t left join said s on s.step = t.step_id::text
            where (t.status = 'succeeded') <> (s.rows is not distinct from 1)
            """))
        {
            tally.Fault($"Step {step} has {rows} rows of success in the audit.");
        }

        foreach (var (type, rows) in await Rows("""
            select e.event_id, count(a.id)::text from inbox e left join (
                select convert_from(payload, 'UTF8')::jsonb #>> '{facts,id}' as id from audit where type = 'event-decided') a on a.id = e.event_id
            group by 1 having count(a.id) <> 1
            """))
        {
            tally.Fault($"Event {type} has {rows} decisions in the audit.");
        }

        tally.Compare("audit rows, all chains verified", (await Rows("select count(*)::text, '' from audit"))[0].Key);
    }

    private static string Text(Person person) => string.Join(", ", person.Said.Select(s => $"{s.Sequence} {s.Employment} {s.Decision} {s.At:HH:mm:ss.f}{(s.EffectiveAt > s.At ? $" for {s.EffectiveAt:HH:mm:ss.f}" : "")}"));

    private async Task<IReadOnlyList<(string Key, string Value)>> Rows(string sql)
    {
        var rows = new List<(string, string)>();
        await using var command = estate.StoreData.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        return rows;
    }
}
