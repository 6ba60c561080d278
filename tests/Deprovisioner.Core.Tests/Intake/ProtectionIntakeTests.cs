using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class ProtectionIntakeTests
{
    private static readonly Policy Leaver = new()
    {
        Name = "leaver",
        When = new PolicyCondition { Event = "terminated" },
        Stages = [new PolicyStage { Name = "contain", Steps = [new PolicyStep { System = null, Action = StepAction.DisableAccount }] }],
    };

    [Fact]
    public void A_protected_persons_termination_is_planned_and_waits_for_somebody()
    {
        var decision = Terminate("P*");

        Assert.Equal(IntakeVerdict.Held, decision.Verdict);
        var saga = decision.Planned!.Saga;
        Assert.Equal((SagaStatus.Held, HoldReason.Protected), (saga.Status, saga.Holds.Single().Reason));
        Assert.All(saga.Steps, step => Assert.Equal(StepStatus.Waiting, step.Status));
        Assert.Equal(["saga-planned", "saga-held"], decision.Planned.Audit.Select(a => a.Type));
    }

    [Fact]
    public void Everybody_elses_runs_at_once() => Assert.Equal(IntakeVerdict.Planned, Terminate("P2").Verdict);

    private static IntakeDecision Terminate(string pattern)
    {
        var configuration = HandMade.Configuration(Leaver) with { Protected = new ProtectedEntries([pattern], new Dictionary<string, IReadOnlyList<string>>()) };
        var intake = new EventIntake(configuration, new SystemActions(configuration.Systems, TestConnectors.All));
        var hr = new IntakeRun().Event(HrEventTypes.Terminated) with { Person = IntakeRun.Ada };
        return intake.Decide(new IntakeFacts(hr, null, [], [], new SagaId(Guid.CreateVersion7(IntakeRun.Day0)), new SagaId(Guid.CreateVersion7(IntakeRun.Day0)), IntakeRun.Day0));
    }
}
