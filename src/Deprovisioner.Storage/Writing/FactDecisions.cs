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
    private readonly PersonDecisions persons = new(work, intake);
    private readonly StepDecisions steps = new(work);
    private readonly ReconciliationDecisions reconciliations = new(work, intake.Configuration);
    private readonly ReplayDecisions replays = new(work);
    private readonly AccessDecisions access = new(work);

    public FactAnswer Decide(Fact fact)
        => fact switch
        {
            Fact.EventArrived arrived => persons.Event(arrived),
            Fact.InvalidArrived invalid => persons.Invalid(invalid),
            Fact.Reported reported => steps.Reports(reported),
            Fact.StepsBlocked blocked => steps.Blocked(blocked),
            Fact.DeadlinesPassed passed => steps.DeadlinesPassed(passed.Sagas),
            Fact.StepsComeDue due => guard.StepsComeDue(due.Sagas.Select(s => s.Value)),
            Fact.TasksOverdue overdue => steps.Overdue(overdue),
            Fact.ReplayLookedAt looked => replays.Look(looked.Job),
            Fact.ActRequested requested => Act(requested.ActId),
            Fact.PersonDue due => persons.Due(due.Person, due.TraceParent),
            Fact.AccountsWereListed listed => reconciliations.Listed(listed.Listed),
            Fact.SystemWasChecked looked => work.SystemChecks.Answer(work, looked.Checked),
            Fact.ReconciliationDue due => reconciliations.Due(due.System),
            Fact.ReconciliationStalled stalled => reconciliations.Stalled(stalled),
            Fact.DriftFound found => persons.DriftFound(found.Person, found.TraceParent),
            Fact.ConfigurationTakenUp configuration => TakenUp(configuration.Version),
            Fact.ConfigurationRefused refused => Refused(refused),
            _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "Not a fact."),
        };

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
            : AccessDecisions.IsFor(act) ? access.Decide(act)
            : act.Kind == Resubmissions.Kind ? persons.Resubmitted(act)
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

        if (act.Kind == AccountChoices.Kind)
        {
            return work.Choices.Decide(work, act, saga.Saga);
        }

        var by = new Act(act.Who, act.Why);
        SagaInput? input = act.Kind switch
        {
            "replay" => new SagaInput.Replay(new StepId(act.Step ?? Guid.Empty), by),
            "resolve" => new SagaInput.Resolve(new StepId(act.Step ?? Guid.Empty), act.Evidence ?? "", by),
            "skip" => new SagaInput.Skip(new StepId(act.Step ?? Guid.Empty), by),
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
