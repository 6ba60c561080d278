using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deprovisioner.Storage.Auditing;
using Npgsql;

namespace Deprovisioner.Worker.Tests.CrashSweep;

// Theory of operation. Everything that a run leaves behind, as lines that two runs can be compared by. Left out, or made the same, is only what may differ:
// - attempt numbers, and what is counted by them: sends, deliveries, and that others did not wait (deferred); instants that say when something was handled; random ids and keys.
// - the order of what happened on different systems: a step that comes later because its message was lost comes later in the audit too. What happened on one system has its order.
// - where an attempt's own report never came, the next one finds the work done and says so (already-after-retry): such a step counts as changed, without what the account was like before.

/// <summary>What a run left behind.</summary>
internal sealed partial class EndState
{
    private static readonly Dictionary<string, string[]> LeftOut = new(StringComparer.Ordinal)
    {
        ["persons"] = ["audit_key"],
        ["employments"] = [],
        ["known_accounts"] = [],
        ["inbox"] = ["inbox_id", "deliveries"],
        ["quarantine"] = ["quarantine_id"],
        ["systems"] = ["tokens"],
        ["sagas"] = ["audit_hash", "trace_parent"],
        ["steps"] = ["sends", "deferred"],
        ["operator_acts"] = ["act_id"],
        ["outbox"] = ["outbox_id"],
        ["guard_transitions"] = ["seq"],
    };

    /// <summary>What follows from an instant that HR said; every other one says when something was handled.</summary>
    private const string Deadline = "deadline";
    private const string Hours = "ended_hours";

    private readonly List<(string Step, Func<bool, string> Line)> lines = [];

    private EndState()
    {
    }

    /// <summary>How often each step was sent.</summary>
    public Dictionary<string, int> Sends { get; } = [];

    /// <summary>The steps that an attempt found done.</summary>
    public HashSet<string> FoundDone { get; } = [];

    public static async Task<EndState> Of(Run run)
    {
        var end = new EndState();
        var names = await Names(run.Database);
        foreach (var (table, leftOut) in LeftOut)
        {
            foreach (var row in await Rows(run.Database, $"select to_jsonb(t) from {table} t"))
            {
                var json = JsonNode.Parse(Named(row, names))!.AsObject();
                if (table == "steps")
                {
                    end.Count(json);
                }

                end.Restored += table == "sagas" && (string?)json["kind"] == "restore" ? json["not_restored"]!.ToJsonString() : "";
                foreach (var column in leftOut)
                {
                    json.Remove(column);
                }

                end.Add(table, table == "steps" ? (string)json["step_id"]! : "", json);
            }
        }

        await end.Audit(run, names);
        end.lines.AddRange(run.Systems.Everything.Select(line => ("", (Func<bool, string>)(_ => line))));
        foreach (var told in run.Published.DistinctBy(p => p.Id))
        {
            var json = JsonNode.Parse(Named(told.Event, names))!.AsObject();
            json.Remove("id");
            end.Add("published", "", json);
        }

        return end;
    }

    /// <summary>What is in one and not in the other; empty where they are equal.</summary>
    public IReadOnlyList<string> Differences(EndState other)
    {
        var found = FoundDone.Union(other.FoundDone).ToHashSet();
        var (mine, theirs) = (Lines(found), other.Lines(found));
        return [.. Less(mine, theirs).Select(line => "- " + line).Concat(Less(theirs, mine).Select(line => "+ " + line)).Where(line => !other.IsToldAsLost(line))];
    }

    /// <summary>
    /// The one thing that a lost report takes with it: how the account was before. Who comes back is not given back then what that step took; but the saga that restores the rest says so, and what it says is checked here.
    /// </summary>
    private bool IsToldAsLost(string line)
        => Restored.Length > 0 && FoundDone.Count > 0 && FoundDone.All(step => Restored.Contains($"\"system\":\"{SystemOf[step]}\"", StringComparison.Ordinal) && Restored.Contains("whose report never came", StringComparison.Ordinal))
            && (line.Contains("restore-", StringComparison.Ordinal) || FoundDone.Any(step => line.Contains($"account {SystemOf[step]}:", StringComparison.Ordinal)) || line.Contains("\"event_id\":\"event-3\"", StringComparison.Ordinal));

    /// <summary>What the restore says that it cannot put back, JSON; empty: there is no restore.</summary>
    private string Restored { get; set; } = "";

    private Dictionary<string, string> SystemOf { get; } = [];

    private static IEnumerable<string> Less(IEnumerable<string> lines, IEnumerable<string> others)
    {
        var left = others.GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());
        return lines.Where(line => !left.TryGetValue(line, out var n) || (left[line] = n - 1) < 0);
    }

    private List<string> Lines(HashSet<string> foundDone) => [.. lines.Select(l => l.Line(foundDone.Contains(l.Step))).Order(StringComparer.Ordinal)];

    private void Count(JsonObject step)
    {
        var id = (string)step["step_id"]!;
        Sends[id] = (int)step["sends"]!;
        SystemOf[id] = (string)step["system"]!;
        if ((string?)step["code"] == Core.Sagas.Step.AfterRetry || ((string?)step["action"], (string?)step["outcome"]) is ("delete-account", "absent"))
        {
            FoundDone.Add(id);
        }
    }

    /// <summary>Each row of the audit, numbered within its system where it is about one.</summary>
    private async Task Audit(Run run, Dictionary<string, string> names)
    {
        var reader = new AuditReader(run.Database);
        var verified = await reader.Verify(null, default);
        lines.AddRange(verified.Faults.Select(fault => ("", (Func<bool, string>)(_ => $"audit fault: {fault}"))));
        foreach (var stream in await Rows(run.Database, "select saga_id::text from sagas union all select stream::text from audit_heads"))
        {
            var numbers = new Dictionary<string, int>();
            foreach (var row in await reader.Lines(Guid.Parse(stream), default))
            {
                var json = JsonNode.Parse(Named(row.Payload, names))!.AsObject();
                var facts = json["facts"]!.AsObject();
                facts.Remove("attempt");
                facts.Remove("lateBySeconds");
                json.Remove("seq");
                json.Remove("private");
                json["evidence"] = row.Evidence is { } evidence ? JsonNode.Parse(Named(evidence, names)) : null;
                if ((string?)facts["system"] is { } system)
                {
                    json["number"] = numbers[system] = numbers.GetValueOrDefault(system) + 1;
                }

                Add("audit", (string?)facts["step"] ?? "", json);
            }
        }
    }

    private void Add(string what, string step, JsonObject json)
    {
        var exact = $"{what} {Still(json)}";
        var blurred = new Lazy<string>(() => $"{what} {Still(Blurred(json))}");
        lines.Add((step, found => found ? blurred.Value : exact));
    }

    /// <summary>A step that counts as done, whichever attempt did it.</summary>
    private static JsonObject Blurred(JsonObject json)
    {
        var copy = json.DeepClone().AsObject();
        var facts = copy["facts"] as JsonObject ?? copy;
        if ((string?)facts["outcome"] is "changed" or "already" or "absent")
        {
            (facts["outcome"], facts["code"]) = ("done", null);
        }

        foreach (var detail in new[] { "message", "snapshots", "evidence" })
        {
            copy.Remove(detail);
        }

        return copy;
    }

    private static string Still(JsonNode json)
    {
        var copy = json.DeepClone();
        Blur(copy);
        return copy.ToJsonString();
    }

    private static void Blur(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject of:
                foreach (var (key, value) in of.ToList())
                {
                    if (value is JsonValue text && text.GetValueKind() is JsonValueKind.String && key != Deadline)
                    {
                        of[key] = Instant().Replace((string)text!, instant => Scenarios.Said.Any(said => instant.Value.StartsWith(said, StringComparison.Ordinal)) ? instant.Value : "(some time)");
                    }
                    else if (key == Hours && value is not null)
                    {
                        // Between two times, as blurred as they are.
                        of[key] = "(some hours)";
                    }
                    else
                    {
                        Blur(value);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Blur(item);
                }

                break;
            default:
                break;
        }
    }

    private static async Task<Dictionary<string, string>> Names(NpgsqlDataSource database)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in await Rows(database, "select s.saga_id || ' ' || coalesce(t.step_id::text, '') || ' ' || coalesce(t.ordinal, 0) || ' ' || s.kind from sagas s left join steps t using (saga_id) order by s.planned_at, s.kind, t.ordinal"))
        {
            var parts = row.Split(' ');
            names.TryAdd(parts[0], $"{parts[3]}-{names.Values.Count(n => !n.Contains('/', StringComparison.Ordinal)) + 1}");
            names[parts[1]] = $"{names[parts[0]]}/{parts[2]}";
        }

        return names;
    }

    private static string Named(string text, Dictionary<string, string> names) => Uuid().Replace(text, match => names.GetValueOrDefault(match.Value, match.Value));

    private static async Task<List<string>> Rows(NpgsqlDataSource database, string sql)
    {
        var rows = new List<string>();
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^ ]*", RegexOptions.NonBacktracking)]
    private static partial Regex Instant();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex Uuid();
}
