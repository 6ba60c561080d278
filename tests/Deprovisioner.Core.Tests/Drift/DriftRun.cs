using Deprovisioner.Contracts;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Intake;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Drift;

/// <summary>Somebody who left, and whose accounts are read again.</summary>
internal sealed class DriftRun
{
    private readonly EventIntake intake;

    /// <param name="actions">What the leaver's policy does, each in a stage of its own.</param>
    /// <param name="change">What is otherwise in the configuration.</param>
    public DriftRun(StepAction[] actions, Func<Configuration, Configuration>? change = null, Func<Policy, Policy>? policy = null)
    {
        var leaver = IntakeRun.PolicyFor("terminated", actions);
        leaver = policy?.Invoke(leaver) ?? leaver;
        var back = IntakeRun.PolicyFor("termination-rescinded", StepAction.RestoreAccount);
        Run = new IntakeRun(leaver, back);
        var configuration = HandMade.Configuration(leaver, back);
        configuration = change?.Invoke(configuration) ?? configuration;
        intake = new EventIntake(configuration, new SystemActions(configuration.Systems, TestConnectors.All));
        Run.Hire();
    }

    public IntakeRun Run { get; }

    public DateTimeOffset? AskedAt { get; private set; }

    public DriftSurge Surge { get; set; } = DriftSurge.Of(0, GuardLedger.Open);

    public CutAccess? Cut => CutAccess.Of(Run.Sagas).Cut;

    public Saga Leaver => Run.Sagas.First(s => s.Kind is SagaKind.Leaver);

    /// <summary>The person leaves, and everything is cut.</summary>
    public DriftRun Left()
    {
        Run.Terminate();
        Run.Work();
        return this;
    }

    public DriftLook Look()
    {
        var look = intake.LookForDrift(Run.Person!, Run.Sagas, AskedAt, Run.Now)!;
        AskedAt = look.Ask.Count > 0 ? Run.Now : AskedAt;
        return look;
    }

    /// <summary>The steps that are asked, as text.</summary>
    public IReadOnlyList<string> Asked() => [.. Look().Ask.Select(Text)];

    /// <summary>What follows where these steps of the last sagas answer that they would change something.</summary>
    /// <param name="answeredAt">UTC; null: now.</param>
    public IntakeDecision Find(Func<Step, bool> alive, DateTimeOffset? answeredAt = null)
    {
        var found = Run.Sagas.SelectMany(s => s.Steps).Where(alive).Select(step => new Probe
        {
            Id = DriftLook.ProbeOf(step.Id),
            Step = step.Id,
            System = step.System,
            Purpose = ProbePurpose.Drift,
            Status = ProbeStatus.Answered,
            Outcome = Outcome.Observed,
            AnsweredAt = answeredAt ?? Run.Now,
        });
        var decision = intake.Drift(new DriftFacts(Run.Person!, Run.Sagas, [.. found], Surge, new SagaId(Guid.CreateVersion7(Run.Now)), Run.Now));
        if (decision.Planned is { } planned)
        {
            Run.Add(planned.Saga);
        }

        return decision;
    }

    public static string Text(Step step) => $"{step.System} {EnumText.Of(step.Action)}";

    public static IEnumerable<string> Texts(Saga saga) => saga.Steps.Select(s => $"{saga.Stages[s.Stage].Name} {Text(s)}");
}
