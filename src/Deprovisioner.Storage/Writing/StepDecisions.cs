using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Carries to the core what became of steps: reports, answers to questions, and that time has passed for them.</summary>
internal sealed class StepDecisions(Work work)
{
    private readonly SystemDecisions systems = new(work);

    public FactAnswer Reports(Fact.Reported reported)
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

        if (AccountChoices.Text(report) is { } candidates)
        {
            saga.Candidates[report.StepId] = candidates;
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

    public FactAnswer Blocked(Fact.StepsBlocked blocked)
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
    public FactAnswer DeadlinesPassed(IReadOnlyList<SagaId> sagas)
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

    public FactAnswer Overdue(Fact.TasksOverdue overdue)
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
}
