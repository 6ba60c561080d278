using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>Checks of systems that people ask for, and what hosts answer.</summary>
internal sealed class SystemCheckWork
{
    /// <summary>The kind of the request.</summary>
    public const string Kind = "check";

    private const int MostFindings = 100;
    private const int MostOfAText = 500;

    private readonly List<OperatorAct> asked = [];
    private readonly HashSet<(long Check, string System)> open = [];
    private readonly List<SystemChecked> answered = [];

    /// <summary>Locks the checks that are answered.</summary>
    public async Task Load(NpgsqlConnection connection, NpgsqlTransaction transaction, IEnumerable<Fact.SystemWasChecked> facts, CancellationToken cancellationToken)
    {
        var ids = facts.Select(f => f.Checked.CheckId).ToList();
        if (ids.Count > 0)
        {
            using var batch = new SqlBatch(connection, transaction);
            batch.Add("select check_id, system from system_checks where check_id = any($1) and status = 'asked' order by check_id for update", Sql.Bigs(ids));
            await batch.Read([row => open.Add((row.GetInt64(0), row.GetString(1)))], cancellationToken);
        }
    }

    public FactAnswer Ask(Work work, OperatorAct act, string system)
    {
        asked.Add(act);
        work.InstallationAudit.Add(new AuditEntry("system-check-asked", new JsonObject { ["check"] = act.Id, ["system"] = system, ["who"] = act.Who, ["why"] = act.Why }));
        return new FactAnswer("done", $"{system} is being looked at; what was found stands with it in a moment.");
    }

    /// <summary>The first answer counts, and only from a host that serves the system.</summary>
    public FactAnswer Answer(Work work, SystemChecked check)
    {
        if (!open.Remove((check.CheckId, check.System.Value)))
        {
            return new FactAnswer("refused", "Nobody waits for that any more.");
        }

        var kept = check with
        {
            Version = StoredText.Of(check.Version, MostOfAText),
            Findings = [.. check.Findings.Take(MostFindings).Select(f => new CheckedRight(StoredText.Of(f.Subject, MostOfAText)!, f.Ok, StoredText.Of(f.Remedy, MostOfAText)))],
        };
        answered.Add(kept);
        work.InstallationAudit.Add(new AuditEntry("system-checked", new JsonObject
        {
            ["check"] = kept.CheckId,
            ["system"] = kept.System.Value,
            ["reachable"] = kept.Reachable,
            ["version"] = kept.Version,
            ["faults"] = new JsonArray([.. kept.Findings.Where(f => !f.Ok).Select(f => (JsonNode)f.Subject)]),
        }));
        return new FactAnswer("recorded", kept.Reachable && kept.Findings.All(f => f.Ok) ? "Nothing is missing." : "Something is missing.");
    }

    public void Save(SqlBatch batch, DateTimeOffset now)
    {
        foreach (var act in asked)
        {
            batch.Add(
                "insert into system_checks (check_id, system, status, ask_at, asked_by, why, asked_at) values ($1, $2, 'asked', $3, $4, $5, $3)",
                Sql.Big(act.Id), Sql.Text(act.System), Sql.Time(now), Sql.Text(act.Who), Sql.Text(act.Why));
        }

        foreach (var check in answered)
        {
            batch.Add(
                "update system_checks set status = 'answered', ask_at = null, ended_at = $2, reachable = $3, version = $4, findings = $5::jsonb where check_id = $1",
                Sql.Big(check.CheckId), Sql.Time(now), Sql.Boolean(check.Reachable), Sql.Text(check.Version), Sql.Text(JsonSerializer.Serialize(check.Findings, JsonSerializerOptions.Web)));
        }
    }
}
