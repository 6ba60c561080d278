using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Carries what concerns the guard, approvals and held events to the core.</summary>
internal sealed class GuardDecisions(Work work)
{
    /// <summary>An event's decision, with the guard's say.</summary>
    public IntakeDecision After(IntakeDecision decision)
    {
        (work.Guard, decision) = MassGuard.After(work.Guard, decision, work.Now);
        return decision;
    }

    /// <summary>Asks once more about steps whose time has come. What nothing speaks against is cleared.</summary>
    public FactAnswer StepsComeDue(IEnumerable<Guid> sagas)
    {
        var held = 0;
        foreach (var id in sagas.Where(work.Sagas.ContainsKey))
        {
            held += Asked(work.Sagas[id].Saga) ? 0 : 1;
        }

        return new FactAnswer("recorded", $"{held} sagas may not go on.");
    }

    public FactAnswer Ask(SagaWork saga)
    {
        if (saga.Saga.IsOver)
        {
            return new FactAnswer("refused", SagaDecision.Over(saga.Saga), saga.Saga.Id);
        }

        Asked(saga.Saga);
        return new FactAnswer("done", $"The saga is {Contracts.EnumText.Of(saga.Saga.Status)}.", saga.Saga.Id);
    }

    public SagaInput? Approval(OperatorAct act, Saga saga)
        => act.Details is { } details && JsonSerializer.Deserialize<StageToApprove>(details, JsonSerializerOptions.Web) is { Hash: not null } said
            ? new SagaInput.Approve(said.Stage, said.Hash, work.GuardWork.AccountsOf(saga.PersonId), work.GuardWork.AskersOf(saga.Id), new Act(act.Who, act.Why))
            : null;

    /// <summary>A person let a saga pass: asked again, the guard agrees.</summary>
    public void Released(Saga before, Saga after)
    {
        if (before.Holds.Any(h => h.Reason is HoldReason.Guard) && !after.Holds.Any(h => h.Reason is HoldReason.Guard))
        {
            work.GuardWork.Released.Add(after.Id.Value);
        }
    }

    public FactAnswer OnInstallation(OperatorAct act)
        => act.Kind switch
        {
            "guard-announce" => Announce(act),
            "guard-approve" => Approve(act),
            "dismiss" => Dismiss(act),
            _ => new FactAnswer("refused", "No such saga."),
        };

    private bool Asked(Saga saga)
    {
        if (MassGuard.Counts(saga))
        {
            work.Guard = work.Guard.With(saga);
        }

        if (MassGuard.Hold(work.Guard, saga, work.Now) is { } hold)
        {
            work.Take(SagaTransitions.Next(saga, new SagaInput.Hold(hold), work.Now));
            return false;
        }

        if (saga.Stages.Any(s => s.Approved))
        {
            var lapsed = SagaTransitions.Next(saga, new SagaInput.Lapse(work.GuardWork.AccountsOf(saga.PersonId)), work.Now);
            work.Take(lapsed);
            saga = lapsed.Saga;
        }

        work.Take(SagaTransitions.Next(saga, new SagaInput.Clear(), work.Now));
        return true;
    }

    private FactAnswer Announce(OperatorAct act)
    {
        var said = act.Details is { } details ? JsonSerializer.Deserialize<NewAnnouncement>(details, JsonSerializerOptions.Web) : null;
        if (said is not { Size: > 0 } || said.Until <= said.From)
        {
            return new FactAnswer("refused", "An announcement needs a size above 0, and an end after its beginning.");
        }

        work.GuardWork.Announced.Add((act, said));
        work.InstallationAudit.Add(new AuditEntry("layoff-announced", new JsonObject
        {
            ["size"] = said.Size,
            ["from"] = AuditTime.Of(said.From),
            ["until"] = AuditTime.Of(said.Until),
            ["who"] = act.Who,
            ["why"] = act.Why,
        }));
        return new FactAnswer("done", "It counts once another person approves it: see 'guard list'.");
    }

    private FactAnswer Approve(OperatorAct act)
    {
        if (act.Target is not { } id || !work.GuardWork.Announcements.TryGetValue(id, out var announcement))
        {
            return new FactAnswer("refused", "No such announcement.");
        }

        if (announcement.ApprovedBy is { } already || work.GuardWork.ApprovedAnnouncements.ContainsKey(id))
        {
            return new FactAnswer("refused", "It is approved already.");
        }

        if (string.Equals(announcement.AskedBy, act.Who, StringComparison.OrdinalIgnoreCase))
        {
            return new FactAnswer("refused", $"{act.Who} announced it, and so cannot approve it: another person must.");
        }

        work.GuardWork.ApprovedAnnouncements[id] = act;
        work.InstallationAudit.Add(new AuditEntry("layoff-approved", new JsonObject { ["announcement"] = id, ["askedBy"] = announcement.AskedBy, ["who"] = act.Who, ["why"] = act.Why }));
        return new FactAnswer("done", "Leavers within it do not count against the guard from now on. Who is held already stays so until released.");
    }

    private FactAnswer Dismiss(OperatorAct act)
    {
        if (act.Target is not { } id || !work.GuardWork.HeldEvents.TryGetValue(id, out var held))
        {
            return new FactAnswer("refused", "No such held event.");
        }

        if (held.DismissedBy is not null || work.GuardWork.Dismissed.ContainsKey(id))
        {
            return new FactAnswer("refused", "Somebody has decided about it already.");
        }

        work.GuardWork.Dismissed[id] = act;
        work.InstallationAudit.Add(new AuditEntry("event-dismissed", new JsonObject
        {
            ["source"] = held.Source,
            ["id"] = held.EventId,
            ["person"] = held.Person,
            ["who"] = act.Who,
            ["why"] = act.Why,
        }));
        return new FactAnswer("done", "The event is dismissed; what it said of the person stays.");
    }
}
