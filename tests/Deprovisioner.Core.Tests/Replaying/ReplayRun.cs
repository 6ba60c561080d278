using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Sagas;

namespace Deprovisioner.Core.Tests.Replaying;

/// <summary>A replay of failed steps on its way, each of a saga of its own, with what storage and systems do.</summary>
internal sealed class ReplayRun
{
    public const string Code = "ldap-50";

    private readonly Dictionary<StepId, Saga> sagas = [];

    public ReplayRun(int steps, ReplayStart start = ReplayStart.AtOnce, Func<int, string>? system = null, bool askAll = true)
    {
        for (var i = 0; i < steps; i++)
        {
            var saga = Failed(i, system?.Invoke(i) ?? "ldap");
            var step = saga.Steps[0];
            sagas[step.Id] = saga;
            Items.Add(new ReplayItem(new ReplayJobId(7), i, step.Id, saga.Id, step.System, Code) { Asked = askAll });
        }

        var opened = ReplayTransitions.Open(new ReplayJobId(7), "--system ldap", steps, askAll ? steps : 0, start, SagaRun.Somebody, Now);
        Job = opened.Job;
        Audit.AddRange(opened.Audit);
    }

    public DateTimeOffset Now { get; set; } = SagaRun.End;

    public ReplayJob Job { get; private set; }

    public List<ReplayItem> Items { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    public Dictionary<ProbeId, Probe> Probes { get; } = [];

    /// <summary>Systems that are shut, with the reason.</summary>
    public Dictionary<string, string> Shut { get; } = [];

    public IEnumerable<ReplayItem> UnderWay => Items.Where(i => i.State is ReplayItemState.Sent);

    public int In(ReplayItemState state) => Items.Count(i => i.State == state);

    public Step Step(ReplayItem item) => sagas[item.Step].Steps[0];

    public ReplayDecision Start() => Next(new ReplayInput.Start(SagaRun.Somebody));

    public ReplayDecision Resume() => Next(new ReplayInput.Resume(SagaRun.Somebody));

    public ReplayDecision Cancel() => Next(new ReplayInput.Cancel(SagaRun.Somebody));

    /// <summary>As the sweep does.</summary>
    public ReplayDecision Look(int most = int.MaxValue)
        => Next(new ReplayInput.Look(
            [.. UnderWay.Select(i => (i, StepStanding.Of(Step(i)))).Take(most)],
            [.. Items.Where(i => i.Probe is not null).Select(i => (i, Probes.GetValueOrDefault(i.Probe!.Value))).Take(most)],
            [.. Items.Where(i => Job.Status is ReplayStatus.Previewing ? i is { Asked: true, State: ReplayItemState.Listed, Probe: null } : i.IsUntouched && !Shut.ContainsKey(i.System.Value))
                .Select(i => new ReplayCandidate(i, sagas[i.Step], Shut.GetValueOrDefault(i.System.Value), new ProbeId(Guid.NewGuid()))).Take(most)]));

    /// <summary>The dispatcher sends a step, and its host reports.</summary>
    public void Report(ReplayItem item, Outcome outcome, string? code = Code)
    {
        var step = Step(item);
        Set(item, step with { Status = StepStatus.InFlight, DueAt = null, AskFirst = false, Sends = step.Sends + 1 });
        var report = new StepReport { SagaId = item.Saga, StepId = item.Step, Attempt = step.Sends + 1, Outcome = outcome, Code = outcome is Outcome.Changed ? null : code, StartedAt = Now, FinishedAt = Now };
        Do(item, new SagaInput.Reported(report));
    }

    public void Do(ReplayItem item, SagaInput input) => Assert.Null(Try(item, input));

    /// <summary>Gives the refusal; null where it was taken.</summary>
    public string? Try(ReplayItem item, SagaInput input)
    {
        var decision = SagaTransitions.Next(sagas[item.Step], input, Now);
        sagas[item.Step] = decision.Saga;
        return decision.Refusal;
    }

    /// <summary>Each question that is under way is answered.</summary>
    public void Answer(Outcome outcome, string? code = null)
    {
        foreach (var probe in Probes.Values.Where(p => p.Status is ProbeStatus.Due).ToList())
        {
            Probes[probe.Id] = probe with { Status = ProbeStatus.Answered, DueAt = null, Outcome = outcome, Code = code, AnsweredAt = Now };
        }
    }

    /// <summary>Looks, and lets everything that was sent succeed, until the replay stands still.</summary>
    public void ToTheEnd()
    {
        for (var looks = 0; Job.Status is ReplayStatus.Running; looks++)
        {
            Assert.True(looks < 10_000, $"It does not end: {Job}");
            foreach (var item in UnderWay.Where(i => Step(i).Status is StepStatus.Due).ToList())
            {
                Report(item, Outcome.Changed);
            }

            Look();
        }
    }

    public ReplayDecision Next(ReplayInput input)
    {
        var decision = ReplayTransitions.Next(Job, input, Now);
        Job = decision.Job;
        foreach (var item in decision.Changed)
        {
            Items[item.Ordinal] = item;
        }

        foreach (var saga in decision.Sagas)
        {
            sagas[saga.Saga.Steps[0].Id] = saga.Saga;
        }

        foreach (var question in decision.Questions)
        {
            Probes[question.Id] = question;
        }

        for (var i = 0; i < Items.Count; i++)
        {
            var item = Items[i];
            Items[i] = decision.CancelsUntouched && item.IsUntouched ? item with { State = ReplayItemState.Cancelled }
                : decision.ListsFailedAgain && item.State is ReplayItemState.Failed ? item with { State = ReplayItemState.Listed, Before = item.Code!, Code = null, Wave = null }
                : item;
            Items[i] = decision.DropsQuestions ? Items[i] with { Probe = null } : Items[i];
        }

        Audit.AddRange(decision.Audit);
        AlwaysSo();
        return decision;
    }

    /// <summary>What holds after every decision.</summary>
    private void AlwaysSo()
    {
        Assert.Equal(
            (Items.Count(i => i.IsUntouched), In(ReplayItemState.Sent), In(ReplayItemState.Succeeded), In(ReplayItemState.Failed), In(ReplayItemState.Held), In(ReplayItemState.Skipped), In(ReplayItemState.Cancelled)),
            (Job.Counts.Untouched, Job.Counts.Sent, Job.Counts.Succeeded, Job.Counts.Failed, Job.Counts.Held, Job.Counts.Skipped, Job.Counts.Cancelled));
        Assert.Equal(Items.Count, Job.Counts.Total);
        Assert.True(Job.InWave <= Job.Wave switch { ReplayWave.One => 1, ReplayWave.Ten => 10, _ => int.MaxValue }, "more than its wave holds");
        Assert.True(Job.Counts.Sent <= ReplayTransitions.MostUnderWay, "too many under way");
        Assert.True(Job.Status is not ReplayStatus.Completed || Job.Counts is { Untouched: 0, Sent: 0 }, "completed with something left");
        Assert.True(Job.Status is not (ReplayStatus.Cancelled or ReplayStatus.Completed) || Job.Counts.Untouched == 0, "over with something untouched");
    }

    private void Set(ReplayItem item, Step step) => sagas[item.Step] = sagas[item.Step] with { Steps = sagas[item.Step].Steps.SetItem(0, step) };

    private static Saga Failed(int number, string system)
    {
        var plan = SagaRun.PlanOf(new StageText("contain", $"{system} disable-account"));
        var saga = SagaTransitions.Start(
            Saga.Of(plan, new SagaId(new Guid(number + 1, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, 1)), SagaKind.Leaver, new PersonId($"P{number}"), new EmploymentId($"E{number}"), 3, new RetryBudget(), SagaRun.End), SagaRun.End).Saga;
        var step = saga.Steps[0] with { Status = StepStatus.InFlight, DueAt = null, Sends = 1 };
        var report = new StepReport { SagaId = saga.Id, StepId = step.Id, Attempt = 1, Outcome = Outcome.Rejected, Code = Code, StartedAt = SagaRun.End, FinishedAt = SagaRun.End };
        return SagaTransitions.Next(saga with { Steps = [step] }, new SagaInput.Reported(report), SagaRun.End).Saga;
    }
}
