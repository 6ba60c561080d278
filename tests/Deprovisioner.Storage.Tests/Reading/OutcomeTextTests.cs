using Deprovisioner.Contracts;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Tests.Reading;

public sealed class OutcomeTextTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 30, 17, 0, 0, TimeSpan.Zero);

    /// <summary>Outcome, the step's status and code after it, and what is said.</summary>
    public static TheoryData<Outcome, string, string?, string> Said() => new()
    {
        { Outcome.Changed, "succeeded", null, "done, and read back" },
        { Outcome.Changed, "succeeded", "follow-up", "done, and read back; something is left for a person" },
        { Outcome.Already, "succeeded", null, "it was so before; read back" },
        { Outcome.Absent, "succeeded", null, "no such account" },
        { Outcome.Absent, "succeeded", "unconfirmed", "no such account, and no canary vouches for that" },
        { Outcome.Accepted, "due", "http-202", "taken by crm, not finished yet; looked at again at 2026-11-30 17:00:00Z" },
        { Outcome.Accepted, "in-flight", "http-202", "taken by crm, not finished yet; looked at again at this moment" },
        { Outcome.Accepted, "waiting", "http-202", "taken by crm, not finished yet; looked at again once the saga goes on" },
        { Outcome.Accepted, "failed", "not-finished", "taken by crm, and not finished in all the time that the policy gives" },
        { Outcome.Accepted, "open-task", "manual", "waits for facilities, until 2026-11-30 17:00:00Z" },
        { Outcome.Observed, "succeeded", "observe", "only observed: nothing was changed" },
        { Outcome.Throttled, "due", "http-429", "crm asked for patience; tried again at 2026-11-30 17:00:00Z" },
        { Outcome.Transient, "due", "http-500", "failed in passing; tried again at 2026-11-30 17:00:00Z" },
        { Outcome.Transient, "failed", "http-500", "failed again and again, in all the time that the policy gives: repair and replay, or resolve" },
        { Outcome.Indeterminate, "due", "no-answer", "sent, and no answer came; read, and tried again at 2026-11-30 17:00:00Z" },
        { Outcome.Indeterminate, "failed", "no-answer", "sent again and again, and no answer came: look whether it was done, then replay or resolve" },
        { Outcome.Unauthorized, "due", "http-401", "crm does not accept our credential, or shows it too little; goes on once that is repaired" },
        { Outcome.Rejected, "failed", "http-409", "will not succeed by itself: repair and replay, or resolve" },
        { Outcome.Rejected, "succeeded", "resolved-by-hand", "a person settled it by hand" },
        { Outcome.Rejected, "cancelled", "skipped", "a person decided that it need not be done" },
        { Outcome.Rejected, "cancelled", "http-409", "not needed any more; it was last rejected" },
        { Outcome.NotRemovableHere, "failed", "owned-elsewhere", "what remains belongs to another system" },
        { Outcome.Ambiguous, "failed", "ambiguous", "not exactly the account that may be touched, so nothing was: find out, do it by hand, then resolve" },
    };

    [Fact]
    public void The_table_knows_every_outcome()
        => Assert.Equal(Enum.GetValues<Outcome>().Order(), Said().Select(row => (Outcome)row[0]).Distinct().Order());

    [Theory]
    [MemberData(nameof(Said))]
    public void Each_outcome_has_its_words(Outcome outcome, string status, string? code, string said) => Assert.Equal(said, OutcomeText.Of(Step(outcome, status, code)));

    [Fact]
    public void Of_a_task_that_is_done_it_is_said_who_has_done_it_and_that_another_has_to_verify_it()
        => Assert.Equal("ann says that it is done; somebody else has to verify it", OutcomeText.Of(new StepEntity { System = "badge", Action = "manual-task", Status = "open-task", Outcome = "accepted", TaskDoneBy = "ann" }));

    [Fact]
    public void Of_what_was_not_tried_nothing_is_said() => Assert.Null(OutcomeText.Of(new StepEntity { System = "crm", Action = "disable-account", Status = "waiting" }));

    private static StepEntity Step(Outcome outcome, string status, string? code)
        => new()
        {
            Ordinal = 3,
            System = "crm",
            Action = "remove-entitlements",
            Status = status,
            Outcome = EnumText.Of(outcome),
            Code = code,
            Message = "The system said so.",
            DueAt = status == "due" ? At : null,
            TaskOwner = "facilities",
            TaskDueAt = At,
        };
}
