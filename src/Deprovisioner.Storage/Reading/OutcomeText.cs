using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Model;

namespace Deprovisioner.Storage.Reading;

/// <summary>What a step's last outcome means, and what comes next, in words for whoever is on call.</summary>
internal static class OutcomeText
{
    /// <summary>Null where nothing was reported yet.</summary>
    public static string? Of(StepEntity step)
        => (step.Status, step.Code) switch
        {
            ("cancelled", Step.Skipped) => "a person decided that it need not be done",
            _ when step.Outcome is null => null,
            ("succeeded", Step.ByHand) => "a person settled it by hand",
            ("cancelled", _) => $"not needed any more; it was last {step.Outcome}",
            _ => Of(step, EnumText.Parse<Outcome>(step.Outcome)),
        };

    private static string Of(StepEntity step, Outcome outcome)
        => outcome switch
        {
            Outcome.Changed when step.Code is not null => "done, and read back; something is left for a person",
            Outcome.Changed => "done, and read back",
            Outcome.Already => "it was so before; read back",
            Outcome.Absent when step.Code == "unconfirmed" => "no such account, and no canary vouches for that",
            Outcome.Absent => "no such account",
            Outcome.Accepted when step is { Status: "open-task", TaskDoneBy: { } by } => $"{by} says that it is done; somebody else has to verify it",
            Outcome.Accepted when step.Status == "open-task" => $"waits for {step.TaskOwner ?? "a person"}, until {TimeText.Of(step.TaskDueAt)}",
            Outcome.Accepted when step.Status == "failed" => $"taken by {step.System}, and not finished in all the time that the policy gives",
            Outcome.Accepted => $"taken by {step.System}, not finished yet; {Next(step, "looked at again")}",
            Outcome.Observed => "only observed: nothing was changed",
            Outcome.Throttled => $"{step.System} asked for patience; {Next(step, "tried again")}",
            Outcome.Transient when step.Status == "failed" => "failed again and again, in all the time that the policy gives: repair and replay, or resolve",
            Outcome.Transient => $"failed in passing; {Next(step, "tried again")}",
            Outcome.Indeterminate when step.Status == "failed" => "sent again and again, and no answer came: look whether it was done, then replay or resolve",
            Outcome.Indeterminate => $"sent, and no answer came; {Next(step, "read, and tried again")}",
            Outcome.Unauthorized => $"{step.System} does not accept our credential, or shows it too little; goes on once that is repaired",
            Outcome.Rejected => "will not succeed by itself: repair and replay, or resolve",
            Outcome.NotRemovableHere => "what remains belongs to another system",
            Outcome.Ambiguous when step.Candidates is not null => "it is not clear which account is theirs, so none was touched: find out and choose, or do it by hand and resolve",
            Outcome.Ambiguous => "not exactly the account that may be touched, so nothing was: find out, do it by hand, then resolve",
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
        };

    private static string Next(StepEntity step, string what)
        => step switch
        {
            { Status: "in-flight" } => $"{what} at this moment",
            { DueAt: { } at } => $"{what} at {TimeText.Of(at)}",
            _ => $"{what} once the saga goes on",
        };
}
