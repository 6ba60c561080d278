namespace Deprovisioner.Core.Sagas;

/// <summary>
/// A step that its system took and finishes in its own time: it is looked at again until it is as it should be. That costs no retry, since nothing failed; but a system that never finishes
/// must not pass for one that will, so the policy's patience ends it too.
/// </summary>
public static class UnfinishedWork
{
    /// <summary>The code of a step that its system had still not finished when the policy's patience ended. A replay asks the system anew.</summary>
    public const string NotFinished = "not-finished";

    /// <summary>How often at least it is looked at where the system names no time: somebody may still have access. A policy that retries faster looks as often as it retries.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(30);

    /// <param name="saga">Its retry budget counts from when the step was first due.</param>
    /// <param name="step">As reported.</param>
    /// <param name="askedFor">When the system wants to be asked again; null: it named no time.</param>
    /// <param name="now">The clock's reading.</param>
    internal static Step LookAgain(Saga saga, Step step, DateTimeOffset? askedFor, DateTimeOffset now)
    {
        var end = (step.FirstDueAt ?? now) + saga.Retry.For;
        if (now >= end)
        {
            return step with
            {
                Status = StepStatus.Failed,
                Code = NotFinished,
                Message = $"{step.System} took it, and had not finished it when the policy's retry.for ended: look there what became of it. Then replay, which asks anew, or resolve.",
                SettledAt = now,
            };
        }

        var at = RetryTimes.Asked(askedFor, now) ?? now + (saga.Retry.Max < PollInterval ? saga.Retry.Max : PollInterval);
        return step with { Status = StepStatus.Due, DueAt = at < end ? at : end, Deferred = true };
    }
}
