using System.Text.Json;
using Deprovisioner.Core.Intake;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

// Theory of operation. A message in quarantine that a person corrected is an event that arrives, in the transaction that answers the request: whatever an event brings about is locked and loaded for it as for any other.
// The message's own row is locked after all of that, where a redelivery of the same bytes comes to it too: so of two requests for one message only the first is done.

/// <summary>Messages in quarantine that people corrected and send again.</summary>
internal sealed class Resubmissions
{
    public const string Kind = "resubmit";

    private readonly Dictionary<long, bool> messages = [];
    private readonly Dictionary<long, HrEventParse> parses = [];
    private readonly Dictionary<long, Fact.EventArrived> arrived = [];

    /// <summary>What was done: the request, by the message's number.</summary>
    public Dictionary<long, long> Done { get; } = [];

    /// <summary>The events that the requests among these bring: those that are valid, and for messages that wait. Locks nothing.</summary>
    public async Task<IReadOnlyList<Fact.EventArrived>> Load(NpgsqlConnection connection, NpgsqlTransaction transaction, IEnumerable<OperatorAct> acts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var requests = acts.Where(a => a is { Kind: Kind, Target: not null }).ToList();
        await Read(connection, transaction, [.. requests.Select(a => a.Target!.Value).Distinct()], "", cancellationToken);
        foreach (var act in requests.Where(a => messages.TryGetValue(a.Target!.Value, out var isOver) && !isOver))
        {
            var raw = act.Details is { } details ? JsonSerializer.Deserialize<CorrectedMessage>(details, JsonSerializerOptions.Web)?.Raw ?? [] : [];
            parses[act.Id] = HrEventParser.Parse(raw);
            if (parses[act.Id] is HrEventParse.Valid valid)
            {
                arrived[act.Id] = new Fact.EventArrived(valid.Event, raw, now, valid.Event.TraceParent, act.Who);
            }
        }

        return [.. arrived.Values];
    }

    /// <summary>Locks the messages, and sees which of them still wait.</summary>
    public Task Lock(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) => Read(connection, transaction, [.. messages.Keys], " order by 1 for update", cancellationToken);

    private async Task Read(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<long> ids, string locking, CancellationToken cancellationToken)
    {
        if (ids.Count > 0)
        {
            using var batch = new SqlBatch(connection, transaction);
            batch.Add("select quarantine_id, resubmitted_at is not null from quarantine where quarantine_id = any($1)" + locking, Sql.Bigs(ids));
            await batch.Read([row => messages[row.GetInt64(0)] = row.GetBoolean(1)], cancellationToken);
        }
    }

    /// <summary>The event to take in, or why there is none to.</summary>
    public (Fact.EventArrived? Event, string Refusal) Of(OperatorAct act)
        => act.Target is not { } id || !messages.TryGetValue(id, out var isOver) ? (null, "No such message in quarantine.")
            : isOver || Done.ContainsKey(id) ? (null, "Somebody has corrected it and sent it again already.")
            : parses.GetValueOrDefault(act.Id) is HrEventParse.Invalid invalid ? (null, $"It is no valid HR event still ({invalid.Reason}): {invalid.Detail}")
            : (arrived[act.Id], "");

    public void Save(SqlBatch batch, DateTimeOffset now)
    {
        foreach (var (message, act) in Done.OrderBy(done => done.Key))
        {
            batch.Add("update quarantine set resubmitted_act = $2, resubmitted_at = $3 where quarantine_id = $1", Sql.Big(message), Sql.Big(act), Sql.Time(now));
        }
    }
}

/// <summary>What <c>resubmit</c> says: the message as it should have been.</summary>
internal sealed record CorrectedMessage(byte[] Raw);
