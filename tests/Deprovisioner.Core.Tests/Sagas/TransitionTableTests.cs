using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class TransitionTableTests
{
    private static readonly (string Column, StepStatus Status, StepAction Action, bool Current, bool Cancelled)[] Columns =
    [
        ("waiting", StepStatus.Waiting, StepAction.DisableAccount, true, false),
        ("due", StepStatus.Due, StepAction.DisableAccount, true, false),
        ("in-flight", StepStatus.InFlight, StepAction.DisableAccount, true, false),
        ("in-flight, older attempt", StepStatus.InFlight, StepAction.DisableAccount, false, false),
        ("in-flight, budget spent", StepStatus.InFlight, StepAction.DisableAccount, true, false),
        ("in-flight, manual", StepStatus.InFlight, StepAction.ManualTask, true, false),
        ("in-flight, cancelled saga", StepStatus.InFlight, StepAction.DisableAccount, true, true),
        ("open-task", StepStatus.OpenTask, StepAction.ManualTask, true, false),
        ("succeeded", StepStatus.Succeeded, StepAction.DisableAccount, true, false),
        ("failed", StepStatus.Failed, StepAction.DisableAccount, true, false),
        ("cancelled", StepStatus.Cancelled, StepAction.DisableAccount, true, false),
    ];

    [Fact]
    public void What_a_report_makes_of_a_step_is_as_approved()
    {
        var table = new StringBuilder("What a report makes of a step; - where it is refused. A step that is due or waiting was sent and taken back.\n");
        foreach (var column in Columns)
        {
            table.Append('\n').Append(column.Column).Append('\n');
            foreach (var outcome in Enum.GetValues<Outcome>())
            {
                table.Append("  ").Append(EnumText.Of(outcome).PadRight(20)).Append(After(column, outcome)).Append('\n');
            }
        }

        Approved.Matches("Sagas", "TransitionTable", table.ToString());
    }

    private static string After((string Column, StepStatus Status, StepAction Action, bool Current, bool Cancelled) column, Outcome outcome)
    {
        var saga = SagaRun.Planned(SagaRun.End, new RetryBudget(), new StageText("contain", $"a {EnumText.Of(column.Action)}"));
        var step = saga.Steps[0] with
        {
            Status = column.Status,
            Sends = 2,
            DueAt = column.Status is StepStatus.Due ? SagaRun.End : null,
            FirstDueAt = column.Column.EndsWith("spent", StringComparison.Ordinal) ? SagaRun.End - TimeSpan.FromDays(3) : SagaRun.End,
        };
        saga = saga with { Status = column.Cancelled ? SagaStatus.Cancelled : SagaStatus.Running, Steps = [step] };
        var report = new StepReport
        {
            SagaId = saga.Id,
            StepId = step.Id,
            Attempt = column.Current ? 2 : 1,
            Outcome = outcome,
            StartedAt = SagaRun.End,
            FinishedAt = SagaRun.End,
        };
        var decision = SagaTransitions.Next(saga, new SagaInput.Reported(report), SagaRun.End);
        return decision.Refusal is null ? EnumText.Of(decision.Saga.Steps[0].Status) : "-";
    }
}
