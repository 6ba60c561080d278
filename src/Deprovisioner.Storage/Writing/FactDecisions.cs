using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Carries each fact to the core and keeps what the core decides.</summary>
internal sealed class FactDecisions(Work work, EventIntake intake)
{
    private readonly GuardDecisions guard = new(work);
    private readonly SystemDecisions systems = new(work);
    private readonly ReconciliationDecisions reconciliations = new(work, intake.Configuration);
    private readonly ReplayDecisions replays = new(work);
    private readonly DriftDecisions drift = new(work, intake);

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public FactAnswer Decide(Fact fact)
        => fact switch
        {
            Fact.EventArrived arrived => Event(arrived),
            Fact.InvalidArrived invalid => Invalid(invalid),
            Fact.Reported reported => Reports(reported),
            Fact.StepsBlocked blocked => Blocked(blocked),
            Fact.DeadlinesPassed passed => DeadlinesPassed(passed.Sagas),
            Fact.StepsComeDue due => guard.StepsComeDue(due.Sagas.Select(s => s.Value)),
            Fact.TasksOverdue overdue => Overdue(overdue),
            Fact.ReplayLookedAt looked => replays.Look(looked.Job),
            Fact.ActRequested requested => Act(requested.ActId),
            Fact.PersonDue due => Due(due.Person),
            Fact.AccountsWereListed listed => reconciliations.Listed(listed.Listed),
            Fact.ReconciliationDue due => reconciliations.Due(due.System),
            Fact.ReconciliationStalled stalled => reconciliations.Stalled(stalled),
            Fact.DriftFound found => DriftFound(found.Person),
            Fact.ConfigurationTakenUp configuration => TakenUp(configuration.Version),
            Fact.ConfigurationRefused refused => Refused(refused),
            _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "Not a fact."),
        };

    private FactAnswer Event(Fact.EventArrived arrived)
    {
        var hr = arrived.Event;
        if (work.Inbox.TryGetValue((hr.Source, hr.Id), out var seen))
        {
            return Again(seen, arrived);
        }

        var decision = guard.After(intake.Decide(Facts(hr)));
        work.Inbox[(hr.Source, hr.Id)] = new InboxWork { Raw = arrived.Raw, Arrived = arrived, Decision = decision, Deliveries = 1 };
        Keep(decision, EventAudit(arrived, decision), arrived.TraceParent);
        return new FactAnswer(EnumText.Of(decision.Verdict), decision.Reason, decision.Main?.Saga.Id);
    }

    /// <summary>Only time has passed: the time at which access may be due back has come.</summary>
    private FactAnswer Due(PersonId id)
    {
        if (!work.Persons.TryGetValue(id.Value, out var person) || person.NextLook is not { } look || look.At > work.Now)
        {
            return new FactAnswer("recorded", "Another process looked already.");
        }

        var decision = guard.After(intake.Look(Facts(EventIntake.EventOf(person, work.Now))));
        var entry = new AuditEntry("person-due", new JsonObject
        {
            ["person"] = id.Value,
            ["cause"] = look.Cause,
            ["verdict"] = EnumText.Of(decision.Verdict),
            ["reason"] = decision.Reason,
        });

        // Steps that are still under way are asked for every few seconds: only what comes of it is worth a row.
        Keep(decision, decision.Main is not null ? entry : null, traceParent: null);
        return new FactAnswer(EnumText.Of(decision.Verdict), decision.Reason, decision.Main?.Saga.Id);
    }

    private FactAnswer DriftFound(PersonId id)
    {
        if (drift.Decide(id) is not { } found)
        {
            return new FactAnswer("recorded", "Another process took the answers already.");
        }

        // Where no saga follows there is nothing to record: the answers stand in their rows, and are asked for anew.
        Keep(found.Decision, found.Decision.Main is not null ? found.Entry : null, traceParent: null);
        return new FactAnswer(EnumText.Of(found.Decision.Verdict), found.Decision.Reason, found.Decision.Main?.Saga.Id);
    }

    private IntakeFacts Facts(HrEvent hr) => EventFacts.Of(work, hr);

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

        var why = new HrEventParse.Invalid(
            "id-reused", "An event with this source and id, but with other content, was recorded before. Send it again under an id of its own.", arrived.Event.Source, arrived.Event.Id);
        return Invalid(new Fact.InvalidArrived(why, arrived.Raw, arrived.ReceivedAt));
    }

    /// <summary>Compared as JSON where the bytes differ: a publisher may write the same event with other white space or order of keys.</summary>
    private static bool SameContent(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
        => one.SequenceEqual(other) || JsonNode.DeepEquals(Parsed(one), Parsed(other));

    /// <summary>Both passed the strict parser, which tolerates a byte order mark.</summary>
    private static JsonNode? Parsed(ReadOnlySpan<byte> raw) => JsonNode.Parse(raw.StartsWith(ByteOrderMark) ? raw[ByteOrderMark.Length..] : raw);

    private static AuditEntry EventAudit(Fact.EventArrived arrived, IntakeDecision decision)
        => new("event-decided", new JsonObject
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
        });

    private FactAnswer Invalid(Fact.InvalidArrived invalid)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(invalid.Raw.Span));
        if (work.Quarantine.TryGetValue(hash, out var seen))
        {
            seen.Deliveries++;
            return new FactAnswer("quarantined", invalid.Why.Detail);
        }

        work.Quarantine[hash] = new QuarantineWork { Arrived = invalid, Deliveries = 1 };
        work.InstallationAudit.Add(new AuditEntry("event-quarantined", new JsonObject { ["reason"] = invalid.Why.Reason, ["rawSha256"] = hash }));
        return new FactAnswer("quarantined", invalid.Why.Detail);
    }

    private FactAnswer Reports(Fact.Reported reported)
    {
        // Only what counts speaks for or against the system: a redelivered failure must not be a second one, nor an old refusal shut a gate that was opened since.
        var counted = reported.Reports.Select(ReportedText.Storable).Where(report => Report(reported.System, report)).ToList();
        foreach (var report in counted)
        {
            systems.After(reported.System, report);
        }

        return new FactAnswer("recorded", $"{counted.Count} of {reported.Reports.Count} reports counted.");
    }

    /// <summary>A host speaks for the system whose queue it reads, and for no other one.</summary>
    private bool Report(SystemName system, StepReport report)
    {
        if (report.Probe)
        {
            return Answer(system, report);
        }

        if (!work.Sagas.TryGetValue(report.SagaId.Value, out var saga) || !saga.Saga.Steps.Any(s => s.Id == report.StepId && s.System == system))
        {
            return false;
        }

        var decision = SagaTransitions.Next(saga.Saga, new SagaInput.Reported(report), work.Now);
        work.Take(decision);
        if (decision.Refusal is not null)
        {
            return false;
        }

        if (report.Snapshots.Count > 0)
        {
            saga.Snapshots[report.StepId] = report.Snapshots;
        }

        if (report.Outcome is Outcome.Changed or Outcome.Already or Outcome.Accepted)
        {
            work.FoundAccounts.AddRange(report.Evidence.Where(e => ReportedText.IsKey(e.AccountId)).Select(e => (saga.Saga.PersonId, new KnownAccount(system, e.AccountId))));
        }

        return true;
    }

    private bool Answer(SystemName system, StepReport report)
    {
        if (!work.Probes.TryGetValue(report.StepId.Value, out var probe) || probe.System != system || probe.After(report, work.Now) is var after && after == probe)
        {
            return false;
        }

        work.Probes[after.Id.Value] = after;
        work.ChangedProbes.Add(after.Id.Value);
        return true;
    }

    private FactAnswer Blocked(Fact.StepsBlocked blocked)
    {
        foreach (var steps in blocked.Steps.GroupBy(s => s.Saga, s => s.Step))
        {
            if (work.Sagas.TryGetValue(steps.Key.Value, out var saga))
            {
                work.Take(SagaTransitions.Next(saga.Saga, new SagaInput.Blocked([.. steps], blocked.Reason), work.Now));
            }
        }

        return new FactAnswer("recorded", blocked.Reason ?? "Others need not wait for them.");
    }

    /// <summary>Another replica may have told of them since the sweep looked, or they were met: that is for the core to say, behind the saga's lock.</summary>
    private FactAnswer DeadlinesPassed(IReadOnlyList<SagaId> sagas)
    {
        var missed = 0;
        foreach (var id in sagas)
        {
            if (work.Sagas.TryGetValue(id.Value, out var saga))
            {
                var decision = SagaTransitions.Next(saga.Saga, new SagaInput.DeadlinePassed(), work.Now);
                work.Take(decision);
                missed += decision.Refusal is null ? 1 : 0;
            }
        }

        return new FactAnswer("recorded", $"{missed} of {sagas.Count} sagas have missed a deadline.");
    }

    private FactAnswer Overdue(Fact.TasksOverdue overdue)
    {
        foreach (var (id, step) in overdue.Tasks)
        {
            if (work.Sagas.TryGetValue(id.Value, out var saga))
            {
                work.Take(SagaTransitions.Next(saga.Saga, new SagaInput.TaskOverdue(step), work.Now));
            }
        }

        return new FactAnswer("recorded", "The tasks are late.");
    }

    private FactAnswer Act(long id)
    {
        if (work.AnsweredActs.TryGetValue(id, out var done))
        {
            return done;
        }

        if (!work.Acts.TryGetValue(id, out var act))
        {
            return new FactAnswer("refused", "Another process took this request.");
        }

        var answer = ReplayDecisions.IsFor(act) ? replays.Act(act)
            : act.Kind is ReconciliationDecisions.Reconcile or ReconciliationDecisions.CancelReconciliation ? reconciliations.Act(act)
            : act.Person is not null ? LegalHoldActs.Decide(work, act)
            : act.System is { } system ? systems.Decide(act, system)
            : OnSaga(act);
        work.AnsweredActs[id] = answer;
        return answer;
    }

    private FactAnswer OnSaga(OperatorAct act)
    {
        if (act.Saga is not { } id || !work.Sagas.TryGetValue(id, out var saga))
        {
            return guard.OnInstallation(act);
        }

        if (act.Kind == "ask")
        {
            return guard.Ask(saga);
        }

        var by = new Act(act.Who, act.Why);
        SagaInput? input = act.Kind switch
        {
            "replay" => new SagaInput.Replay(new StepId(act.Step ?? Guid.Empty), by),
            "resolve" => new SagaInput.Resolve(new StepId(act.Step ?? Guid.Empty), act.Evidence ?? "", by),
            "verify" => new SagaInput.Verify(new StepId(act.Step ?? Guid.Empty), act.Evidence ?? "", by),
            "cancel" => new SagaInput.Cancel(by, GivesUp: true),
            "release" => new SagaInput.Release(null, by),
            "reject" => new SagaInput.Reject(by),
            "approve" => guard.Approval(act, saga.Saga),
            _ => null,
        };
        if (input is null)
        {
            return new FactAnswer("refused", $"'{act.Kind}' is no act on a saga.", saga.Saga.Id);
        }

        var decision = SagaTransitions.Next(saga.Saga, input, work.Now);
        guard.Released(saga.Saga, decision.Saga);
        work.Take(decision);
        return decision.Refusal is { } refusal ? new FactAnswer("refused", refusal, saga.Saga.Id) : new FactAnswer("done", $"The saga is {EnumText.Of(decision.Saga.Status)}.", saga.Saga.Id);
    }

    /// <summary>Without the file's text: it may hold what was never meant to be kept.</summary>
    private FactAnswer Refused(Fact.ConfigurationRefused refused)
    {
        work.InstallationAudit.Add(new AuditEntry("configuration-refused", new JsonObject
        {
            ["version"] = refused.Version,
            ["faults"] = refused.Faults,
            ["inForce"] = refused.InForce,
        }));
        return new FactAnswer("recorded", refused.Version);
    }

    private FactAnswer TakenUp(string version)
    {
        work.InstallationAudit.Add(new AuditEntry("configuration-taken-up", new JsonObject { ["version"] = version }));
        return new FactAnswer("recorded", version);
    }
}
