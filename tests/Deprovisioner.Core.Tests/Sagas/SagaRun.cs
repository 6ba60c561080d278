using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>A stage for <see cref="SagaRun"/>, its steps as <c>SYSTEM ACTION</c>.</summary>
internal sealed record StageText(string Name, params string[] Steps)
{
    public TimeSpan After { get; init; }

    public TimeSpan? Within { get; init; }

    public bool Approval { get; init; }

    public bool Approved { get; init; }
}

/// <summary>A saga on its way, with a clock that is set by hand, and what the dispatcher does to its steps.</summary>
internal sealed class SagaRun
{
    public static readonly DateTimeOffset End = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);
    public static readonly Act Somebody = new("ops@example.test", "because");

    private readonly List<AuditEntry> audit = [];
    private readonly List<SagaNotice> notices = [];

    private SagaRun(Saga saga, DateTimeOffset now)
    {
        Now = now;
        Saga = saga;
        Take(SagaTransitions.Start(saga, now));
    }

    public DateTimeOffset Now { get; set; }

    public Saga Saga { get; private set; }

    public IReadOnlyList<AuditEntry> Audit => audit;

    public IReadOnlyList<SagaNotice> Notices => notices;

    /// <summary>The types of the audit entries, in order.</summary>
    public IEnumerable<string> Recorded => audit.Select(entry => entry.Type);

    /// <summary>The statuses of all steps, in the plan's order.</summary>
    public string Statuses => string.Join(' ', Saga.Steps.Select(step => EnumText.Of(step.Status)));

    public static SagaRun Of(params StageText[] stages) => Of(End, new RetryBudget(), stages);

    public static SagaRun Of(DateTimeOffset now, RetryBudget retry, params StageText[] stages) => new(Planned(now, retry, stages), now);

    public static Saga Planned(DateTimeOffset now, RetryBudget retry, params StageText[] stages)
        => Saga.Of(PlanOf(stages), new SagaId(Guid.Parse("0190a000-0000-7000-8000-000000000001")), SagaKind.Leaver, new PersonId("P1"), new EmploymentId("E1"), 3, retry, now);

    public static Plan PlanOf(params StageText[] stages)
        => new()
        {
            Policy = "leaver",
            PolicyVersion = "v1",
            EffectiveAt = End,
            EffectiveBasis = "test",
            Urgent = false,
            Stages = [.. stages.Select((s, i) => new PlannedStage(i, s.Name, s.After, s.Within, s.Approval, s.Approved))],
            Steps = [.. stages.SelectMany((s, i) => s.Steps.Select(step => (Stage: i, Words: step.Split(' '))))
                .Select((s, i) => new PlannedStep(i, s.Stage, new SystemName(s.Words[0]), EnumText.Parse<StepAction>(s.Words[1]), null))],
        };

    public Step Step(string name) => Saga.Steps.Single(s => $"{s.System} {EnumText.Of(s.Action)}" == name);

    /// <summary>As the dispatcher does once everything was asked: under way, one attempt more.</summary>
    public SagaRun Send(params string[] names)
    {
        foreach (var name in names)
        {
            var step = Step(name);
            Assert.True(step.Status is StepStatus.Due && step.DueAt <= Now, $"{name} is {step.Status}, due at {step.DueAt:O}, and it is {Now:O}");
            Set(step with { Status = StepStatus.InFlight, Sends = step.Sends + 1, DueAt = null, AskFirst = false });
        }

        return this;
    }

    /// <summary>As the dispatcher does when a lease runs out.</summary>
    public void TakeBack(string name) => Set(Step(name) with { Status = StepStatus.Due, DueAt = Now });

    public StepReport ReportOf(string name, Outcome outcome, int? attempt = null)
        => new()
        {
            SagaId = Saga.Id,
            StepId = Step(name).Id,
            Attempt = attempt ?? Step(name).Sends,
            Outcome = outcome,
            StartedAt = Now,
            FinishedAt = Now,
        };

    public SagaDecision Report(string name, Outcome outcome, int? attempt = null, DateTimeOffset? retryAt = null)
        => Next(new SagaInput.Reported(ReportOf(name, outcome, attempt) with { RetryAt = retryAt }));

    /// <summary>Sends the steps and reports the outcome of each.</summary>
    public SagaRun Do(Outcome outcome, params string[] names)
    {
        foreach (var name in names)
        {
            Send(name);
            Assert.Null(Report(name, outcome).Refusal);
        }

        return this;
    }

    public SagaRun Done(params string[] names) => Do(Outcome.Changed, names);

    public SagaDecision Choose(string name, params string[] theirs) => Next(new SagaInput.ChooseAccounts(Step(name).Id, theirs, ["other"], Somebody));

    public SagaDecision Skip(string name) => Next(new SagaInput.Skip(Step(name).Id, Somebody));

    public SagaDecision Resolve(string name) => Next(new SagaInput.Resolve(Step(name).Id, "seen with my own eyes", Somebody));

    public SagaDecision Replay(string name) => Next(new SagaInput.Replay(Step(name).Id, Somebody));

    public SagaDecision Cancel() => Next(new SagaInput.Cancel(Somebody));

    public SagaDecision Block(params string[] names) => Next(new SagaInput.Blocked([.. names.Select(n => Step(n).Id)], "down: unreachable"));

    public SagaDecision Reschedule(DateTimeOffset at, bool urgent = false) => Next(new SagaInput.Reschedule(at, "moved", urgent));

    /// <summary>Decides, and checks what holds for every decision.</summary>
    public SagaDecision Next(SagaInput input)
    {
        var before = Saga;
        var decision = SagaTransitions.Next(before, input, Now);
        if (decision.Refusal is null)
        {
            Assert.Equal(decision.Saga.Standing(Now), decision.Saga.Status);
            Assert.NotEmpty(decision.Audit);
            Assert.Superset(before.Steps.Zip(decision.Saga.Steps).Where(s => s.First != s.Second).Select(s => s.First.Id).ToHashSet(), decision.Changed.ToHashSet());
        }
        else
        {
            Assert.Same(before, decision.Saga);
            Assert.Empty(decision.Changed);
            Assert.Empty(decision.Audit);
            Assert.Empty(decision.Notices);
        }

        Take(decision);
        return decision;
    }

    private void Take(SagaDecision decision)
    {
        Saga = decision.Saga;
        audit.AddRange(decision.Audit);
        notices.AddRange(decision.Notices);
    }

    private void Set(Step step) => Saga = Saga with { Steps = Saga.Steps.SetItem(step.Ordinal, step) };
}
