using System.Collections.Immutable;
using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Planning;

public sealed class PlanTests
{
    private static readonly DateTimeOffset End = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);

    private static readonly Plan Reference = PlanOf(
        Stage("contain", TimeSpan.FromMinutes(5), null, false, Step("*", StepAction.DisableAccount), Step("*", StepAction.RevokeSessions)),
        Stage("revoke", TimeSpan.FromHours(4), null, false, Step("*", StepAction.RemoveEntitlements), Step("*", StepAction.RevokeCredentials), Step("*", StepAction.ManualTask, "Collect the badge")),
        Stage("handover", TimeSpan.FromDays(2), null, false, Step("warehouse", StepAction.TransferData)),
        Stage("retire", null, TimeSpan.FromDays(30), true, Step("*", StepAction.DeleteAccount)));

    [Fact]
    public void The_plan_of_the_reference_policy_is_as_approved()
    {
        var text = new StringBuilder();
        foreach (var stage in Reference.Stages)
        {
            text.Append($"{stage.Ordinal} {stage.Name}: opens {End + stage.After:yyyy-MM-dd HH:mm}");
            text.Append(stage.Within is { } within ? $", deadline {End + stage.After + within:yyyy-MM-dd HH:mm}" : "").Append(stage.ApprovalRequired ? ", needs approval\n" : "\n");
            foreach (var step in Reference.Steps.Where(s => s.Stage == stage.Ordinal))
            {
                text.Append($"  {step.Ordinal,2} {step.System} {EnumText.Of(step.Action)}{(PlannedStep.Destroys(step.Action) ? " (destroys)" : "")}{(step.Instruction is null ? "" : ": " + step.Instruction)}\n");
            }
        }

        Approved.Matches("Planning", "ReferencePlan", $"{text}hash {Reference.Hash()}\n");
    }

    [Fact]
    public void A_star_is_every_system_that_supports_the_action_in_the_files_order()
    {
        var plan = PlanOf(Stage("contain", null, null, false, Step("*", StepAction.RevokeSessions), Step("*", StepAction.DisableAccount)));
        Assert.Equal(["warehouse revoke-sessions", "corp-ldap disable-account", "crm disable-account", "warehouse disable-account"], plan.Steps.Select(s => $"{s.System} {EnumText.Of(s.Action)}"));
        Assert.Equal([0, 1, 2, 3], plan.Steps.Select(s => s.Ordinal));
    }

    [Fact]
    public void What_a_stage_names_twice_is_planned_once_and_another_task_is_another_step()
    {
        var plan = PlanOf(
            Stage(
                "contain", null, null, false, Step("*", StepAction.DisableAccount), Step("crm", StepAction.DisableAccount),
                Step("badge", StepAction.ManualTask, "badge"), Step("badge", StepAction.ManualTask, "laptop"), Step("badge", StepAction.ManualTask, "badge")),
            Stage("again", null, null, false, Step("crm", StepAction.DisableAccount)));
        Assert.Equal(
            ["0 corp-ldap", "0 crm", "0 warehouse", "0 badge badge", "0 badge laptop", "1 crm"],
            plan.Steps.Select(s => $"{s.Stage} {s.System} {s.Instruction}".TrimEnd()));
    }

    [Fact]
    public void The_hash_says_the_same_of_the_same_plan_and_nothing_of_when_and_for_whom()
    {
        var other = Reference with { EffectiveAt = End.AddDays(1), EffectiveBasis = "x", Urgent = true, Policy = "p", PolicyVersion = "q", Stages = [.. Reference.Stages], Steps = [.. Reference.Steps] };
        Assert.Equal(Reference.Hash(), other.Hash());
        Assert.Matches("^[0-9a-f]{64}$", Reference.Hash());

        // An approval is bound to the hash: giving it must not change it.
        Assert.Equal(Reference.Hash(), (Reference with { Stages = [.. Reference.Stages.Select(s => s with { Approved = true })] }).Hash());
    }

    [Fact]
    public void Any_change_of_a_stage_or_step_changes_the_hash()
    {
        var stages = Reference.Stages.ToImmutableArray();
        var steps = Reference.Steps.ToImmutableArray();
        Plan[] others =
        [
            Reference with { Stages = stages.RemoveAt(3) },
            Reference with { Stages = stages.Add(stages[0]) },
            Reference with { Stages = stages.SetItem(0, stages[1]).SetItem(1, stages[0]) },
            Reference with { Stages = stages.SetItem(3, stages[3] with { ApprovalRequired = false }) },
            Reference with { Stages = stages.SetItem(0, stages[0] with { ApprovalRequired = true }) },
            Reference with { Stages = stages.SetItem(3, stages[3] with { After = TimeSpan.FromDays(29) }) },
            Reference with { Stages = stages.SetItem(0, stages[0] with { Within = TimeSpan.FromMinutes(6) }) },
            Reference with { Stages = stages.SetItem(0, stages[0] with { Within = null }) },
            Reference with { Stages = stages.SetItem(0, stages[0] with { Name = "contained" }) },
            Reference with { Steps = steps.RemoveAt(0) },
            Reference with { Steps = steps.RemoveAt(steps.Length - 1) },
            Reference with { Steps = steps.Add(steps[0]) },
            Reference with { Steps = steps.SetItem(0, steps[1]).SetItem(1, steps[0]) },
            Reference with { Steps = steps.SetItem(0, steps[0] with { System = new SystemName("other") }) },
            Reference with { Steps = steps.SetItem(0, steps[0] with { Action = StepAction.DeleteAccount }) },
            Reference with { Steps = steps.SetItem(0, steps[0] with { Stage = 1 }) },
            Reference with { Steps = steps.SetItem(0, steps[0] with { Instruction = "" }) },
            Reference with { Steps = steps.SetItem(0, steps[0] with { Instruction = "x" }) },
        ];
        Assert.Equal(others.Length + 1, others.Append(Reference).Select(p => p.Hash()).Distinct().Count());
    }

    [Fact]
    public void No_instruction_can_be_written_that_reads_like_another_plans_steps()
    {
        var one = new PlannedStep(0, 0, new SystemName("badge"), StepAction.ManualTask, "badge\n0\tcrm\tdelete-account\t");
        PlannedStep[] two = [one with { Instruction = "badge" }, new(1, 0, new SystemName("crm"), StepAction.DeleteAccount, null)];
        Assert.NotEqual((Reference with { Steps = [one] }).Hash(), (Reference with { Steps = two }).Hash());
    }

    [Theory]
    [InlineData(StepAction.DeleteAccount, true)]
    [InlineData(StepAction.TransferData, true)]
    [InlineData(StepAction.DisableAccount, false)]
    [InlineData(StepAction.RevokeSessions, false)]
    [InlineData(StepAction.RevokeCredentials, false)]
    [InlineData(StepAction.RemoveEntitlements, false)]
    [InlineData(StepAction.ReclaimLicence, false)]
    [InlineData(StepAction.RestoreAccount, false)]
    [InlineData(StepAction.ManualTask, false)]
    public void Only_what_cannot_be_given_back_destroys(StepAction action, bool destroys)
        => Assert.Equal(destroys, PlannedStep.Destroys(action));

    private static PolicyStep Step(string system, StepAction action, string? instruction = null)
        => new() { System = system == "*" ? null : new SystemName(system), Action = action, Instruction = instruction };

    private static PolicyStage Stage(string name, TimeSpan? within, TimeSpan? after, bool approval, params PolicyStep[] steps)
        => new() { Name = name, Within = within, After = after, ApprovalRequired = approval, Steps = steps };

    private static Plan PlanOf(params PolicyStage[] stages)
    {
        var policy = new Policy { Name = "involuntary-leaver", When = new PolicyCondition { Event = "terminated" }, Stages = stages };
        var configuration = HandMade.Configuration(policy);
        return Planner.Plan(configuration, policy, new SystemActions(configuration.Systems, TestConnectors.All), End, "test", urgent: false);
    }
}
