using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Sagas;

/// <summary>What a report makes of its step.</summary>
internal static class ReportGrading
{
    /// <summary>Why the report changes nothing; null where it counts.</summary>
    public static string? Refusal(Step step, StepReport report)
    {
        if (step.IsSettled)
        {
            return "The step is settled already: a late or repeated report.";
        }

        if (step.Status is StepStatus.OpenTask)
        {
            return "A person has the step: a repeated report.";
        }

        if (report.Attempt < 1 || report.Attempt > step.Sends)
        {
            return "No such attempt was sent.";
        }

        var current = step.Status is StepStatus.InFlight && report.Attempt == step.Sends;
        return current || IsSuccess(report.Outcome) ? null : "An attempt that was given up: its failure does not count.";
    }

    /// <summary>The step afterwards.</summary>
    public static Step Apply(Saga saga, Step step, StepReport report, DateTimeOffset now)
    {
        var reported = step with
        {
            Outcome = report.Outcome,
            Code = Code(step, report),
            Message = report.Message,
            ResidualUntil = report.ResidualUntil ?? step.ResidualUntil,
            DueAt = null,
        };
        return report.Outcome switch
        {
            Outcome.Changed or Outcome.Already or Outcome.Absent or Outcome.Observed => reported with { Status = StepStatus.Succeeded, SettledAt = now },
            _ when saga.Status is SagaStatus.Cancelled => reported with { Status = StepStatus.Cancelled, SettledAt = now },
            Outcome.Accepted when step.Action is StepAction.ManualTask => reported with { Status = StepStatus.OpenTask, Deferred = true, Task = report.Task is { } task ? new ManualTask(task) : null },

            // An event came between two commands of this saga. If it had undone the saga, that would be cancelled by now: so the step is sent again, with the newer version.
            Outcome.Rejected when report.Code == Step.Fenced => AfterFailure(saga, reported, now),
            Outcome.Rejected or Outcome.NotRemovableHere or Outcome.Ambiguous => reported with { Status = StepStatus.Failed, SettledAt = now },
            Outcome.Accepted => UnfinishedWork.LookAgain(saga, reported, report.RetryAt, now),
            Outcome.Throttled => Again(reported, RetryTimes.Asked(report.RetryAt, now) ?? now + RetryTimes.ThrottleWithoutTime),
            Outcome.Unauthorized => Again(reported, now),
            Outcome.Transient or Outcome.Indeterminate => AfterFailure(saga, reported, now),
            _ => throw new ArgumentOutOfRangeException(nameof(report), report.Outcome, "Not an outcome."),
        };
    }

    /// <summary>What the system took from an earlier attempt was our doing, whichever delivery of a command finds it done.</summary>
    private static string? Code(Step step, StepReport report)
        => report.Code ?? (step.Outcome is Outcome.Accepted && report.Outcome is Outcome.Already ? Step.AfterRetry : null);

    private static bool IsSuccess(Outcome outcome) => outcome is Outcome.Changed or Outcome.Already or Outcome.Absent or Outcome.Observed;

    private static Step Again(Step step, DateTimeOffset at) => step with { Status = StepStatus.Due, DueAt = at, Deferred = true };

    private static Step AfterFailure(Saga saga, Step step, DateTimeOffset now)
    {
        var failures = step.Failures + 1;
        var at = now + RetryTimes.Backoff(step.Id, failures, saga.Retry);
        return at - (step.FirstDueAt ?? now) > saga.Retry.For
            ? step with { Status = StepStatus.Failed, Failures = failures, SettledAt = now }
            : Again(step with { Failures = failures }, at);
    }
}
