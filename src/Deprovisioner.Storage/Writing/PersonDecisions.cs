using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Storage.Writing;

/// <summary>Carries to the core what is about a person: what HR says, that time has passed, that access is there again. Keeps what follows.</summary>
internal sealed class PersonDecisions(Work work, EventIntake intake)
{
    private readonly GuardDecisions guard = new(work);
    private readonly DriftDecisions drift = new(work, intake);

    private const string IdReused = "An event with this source and id, but with other content, was recorded before. Send it again under an id of its own.";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public FactAnswer Event(Fact.EventArrived arrived)
    {
        var hr = arrived.Event;
        if (work.Inbox.TryGetValue((hr.Source, hr.Id), out var seen))
        {
            return Again(seen, arrived);
        }

        var decision = guard.After(intake.Decide(Facts(hr)));
        work.Inbox[(hr.Source, hr.Id)] = new InboxWork { Raw = arrived.Raw, Arrived = arrived, Decision = decision, Deliveries = 1 };
        Keep(decision, EventAudit(arrived, decision), arrived.TraceParent);
        LeaveToPerson(hr, decision);
        return new FactAnswer(EnumText.Of(decision.Verdict), decision.Reason, decision.Main?.Saga.Id);
    }

    /// <summary>A person corrected a message in quarantine. What they wrote is an event as if it had come; one that would not be taken in as an event is refused, and the message waits on.</summary>
    public FactAnswer Resubmitted(OperatorAct act)
    {
        var (arrived, refusal) = work.Resubmissions.Of(act);
        if (arrived is null)
        {
            return new FactAnswer("refused", refusal);
        }

        if (work.Inbox.TryGetValue((arrived.Event.Source, arrived.Event.Id), out var seen) && !SameContent(seen.Raw.Span, arrived.Raw.Span))
        {
            return new FactAnswer("refused", IdReused);
        }

        work.InstallationAudit.Add(new AuditEntry("event-resubmitted", new JsonObject
        {
            ["quarantine"] = act.Target,
            ["source"] = arrived.Event.Source,
            ["id"] = arrived.Event.Id,
            ["rawSha256"] = Convert.ToHexStringLower(SHA256.HashData(arrived.Raw.Span)),
            ["who"] = act.Who,
            ["why"] = act.Why,
        }));
        work.Resubmissions.Done[act.Target!.Value] = act.Id;
        var answer = Event(arrived);
        return answer with { Verdict = "done", Reason = $"{answer.Verdict}: {answer.Reason}" };
    }

    /// <summary>Only time has passed: the time at which access may be due back has come.</summary>
    public FactAnswer Due(PersonId id, string? traceParent)
    {
        if (!work.Persons.TryGetValue(id.Value, out var person) || person.NextLook is not { } look || look.At > work.Now)
        {
            return new FactAnswer("recorded", "Another process looked already.");
        }

        var asked = EventIntake.EventOf(person, work.Now);
        var decision = guard.After(intake.Look(Facts(asked)));
        var entry = new AuditEntry("person-due", new JsonObject
        {
            ["person"] = id.Value,
            ["cause"] = look.Cause,
            ["verdict"] = EnumText.Of(decision.Verdict),
            ["reason"] = decision.Reason,
        });

        if (decision.Verdict is IntakeVerdict.Held)
        {
            entry = Held(asked with { Id = $"{id.Value} looked at {AuditTime.Of(work.Now)}" }, decision);
        }

        // Steps that are still under way are asked for every few seconds: only what comes of it is worth a row.
        Keep(decision, decision.Main is not null || decision.Verdict is IntakeVerdict.Held ? entry : null, traceParent);
        LeaveToPerson(asked, decision);
        return new FactAnswer(EnumText.Of(decision.Verdict), decision.Reason, decision.Main?.Saga.Id);
    }

    public FactAnswer DriftFound(PersonId id, string? traceParent)
    {
        if (drift.Decide(id) is not { } found)
        {
            return new FactAnswer("recorded", "Another process took the answers already.");
        }

        // Where no saga follows there is nothing to record: the answers stand in their rows, and are asked for anew.
        Keep(found.Decision, found.Decision.Main is not null ? found.Entry : null, traceParent);
        return new FactAnswer(EnumText.Of(found.Decision.Verdict), found.Decision.Reason, found.Decision.Main?.Saga.Id);
    }

    private IntakeFacts Facts(HrEvent hr) => EventFacts.Of(work, hr);

    /// <summary>Of what is put back a part may be unclear: its saga completes all the same, so a person has to be told.</summary>
    private void LeaveToPerson(HrEvent hr, IntakeDecision decision)
    {
        if (decision.Restore is { } restore && restore.Saga.NotRestored.Where(lost => lost.IsUnclear).ToList() is { Count: > 0 } unclear)
        {
            var why = string.Join(" ", unclear.Select(lost => $"{lost.System} {EnumText.Of(lost.Action)}: {lost.Why}"));
            work.InstallationAudit.Add(Held(
                hr with { Source = EventIntake.OwnSource, Id = $"restore {restore.Saga.Id}" }, new IntakeDecision(IntakeVerdict.Held, $"What was taken is put back, but for what nobody knows. {why}", Restore: restore)));
        }
    }

    /// <summary>What a person must decide is found among the held events, though no event says so: it stands there as one of our own.</summary>
    private AuditEntry Held(HrEvent asked, IntakeDecision decision)
    {
        var raw = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = asked.Id,
            ["source"] = asked.Source,
            ["type"] = asked.Type,
            ["time"] = AuditTime.Of(asked.Time),
            ["data"] = new JsonObject { ["personId"] = asked.PersonId.Value, ["employmentId"] = asked.EmploymentId.Value },
        });
        var arrived = new Fact.EventArrived(asked, raw, work.Now, TraceParent: null);
        work.Inbox[(asked.Source, asked.Id)] = new InboxWork { Raw = raw, Arrived = arrived, Decision = decision, Deliveries = 1 };
        return EventAudit(arrived, decision);
    }

    private void Keep(IntakeDecision decision, AuditEntry? entry, string? traceParent)
    {
        if (decision.Person is { } changed)
        {
            LegalHoldActs.Record(work, work.Persons.GetValueOrDefault(changed.Id.Value)?.LegalHold, changed);
            work.Persons[changed.Id.Value] = changed;
            work.ChangedPersons.Add(changed.Id.Value);
        }

        // What was decided stands where it leads to: at the head of the new saga's stream, else in the installation's.
        foreach (var planned in decision.Opened)
        {
            work.Take(entry is null ? planned : planned with { Audit = [entry, .. planned.Audit] }, traceParent);
            work.InstallationAudit.Add(new AuditEntry("saga-opened", new JsonObject { ["saga"] = planned.Saga.Id.ToString() }));
            entry = null;
        }

        if (entry is not null)
        {
            work.InstallationAudit.Add(entry);
        }

        foreach (var sagaDecision in decision.Changed ?? [])
        {
            work.Take(sagaDecision);
        }
    }

    /// <summary>One more delivery of an event; or another event under its id, which must not vanish as if it were the same.</summary>
    private FactAnswer Again(InboxWork seen, Fact.EventArrived arrived)
    {
        if (SameContent(seen.Raw.Span, arrived.Raw.Span))
        {
            seen.Deliveries++;
            return new FactAnswer("duplicate", "This event was recorded before.");
        }

        var why = new HrEventParse.Invalid("id-reused", IdReused, arrived.Event.Source, arrived.Event.Id);
        return Invalid(new Fact.InvalidArrived(why, arrived.Raw, arrived.ReceivedAt, arrived.Sender));
    }

    /// <summary>Compared as JSON where the bytes differ: a publisher may write the same event with other white space or order of keys.</summary>
    private static bool SameContent(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
        => one.SequenceEqual(other) || JsonNode.DeepEquals(Parsed(one), Parsed(other));

    /// <summary>Both passed the strict parser, which tolerates a byte order mark.</summary>
    private static JsonNode? Parsed(ReadOnlySpan<byte> raw) => JsonNode.Parse(raw.StartsWith(ByteOrderMark) ? raw[ByteOrderMark.Length..] : raw);

    private static AuditEntry EventAudit(Fact.EventArrived arrived, IntakeDecision decision)
        => new("event-decided", From(arrived.Sender, new JsonObject
        {
            ["source"] = arrived.Event.Source,
            ["id"] = arrived.Event.Id,
            ["eventType"] = arrived.Event.Type,
            ["person"] = arrived.Event.PersonId.Value,
            ["employment"] = arrived.Event.EmploymentId.Value,
            ["receivedAt"] = AuditTime.Of(arrived.ReceivedAt),
            ["rawSha256"] = Convert.ToHexStringLower(SHA256.HashData(arrived.Raw.Span)),
            ["verdict"] = EnumText.Of(decision.Verdict),
            ["reason"] = decision.Reason,
        }));

    private static JsonObject From(string? sender, JsonObject payload)
    {
        if (sender is not null)
        {
            payload["sender"] = sender;
        }

        return payload;
    }

    public FactAnswer Invalid(Fact.InvalidArrived invalid)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(invalid.Raw.Span));
        if (work.Quarantine.TryGetValue(hash, out var seen))
        {
            seen.Deliveries++;
            return new FactAnswer("quarantined", invalid.Why.Detail);
        }

        work.Quarantine[hash] = new QuarantineWork { Arrived = invalid, Deliveries = 1 };
        work.InstallationAudit.Add(new AuditEntry("event-quarantined", From(invalid.Sender, new JsonObject { ["reason"] = invalid.Why.Reason, ["rawSha256"] = hash })));
        return new FactAnswer("quarantined", invalid.Why.Detail);
    }
}
