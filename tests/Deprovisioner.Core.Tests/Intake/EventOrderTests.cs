using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class EventOrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(5L, 4L, 60, true)]
    [InlineData(5L, 5L, 60, false)]
    [InlineData(5L, 6L, 60, false)]
    [InlineData(5L, 4L, -60, true)]
    [InlineData(5L, 5L, -60, false)]
    [InlineData(5L, 6L, -60, false)]
    [InlineData(5L, null, -60, true)]
    [InlineData(5L, null, 0, false)]
    [InlineData(5L, null, 60, false)]
    [InlineData(null, 4L, -60, true)]
    [InlineData(null, 4L, 0, false)]
    [InlineData(null, null, -60, true)]
    [InlineData(null, null, 0, false)]
    public void An_event_is_older_by_its_sequence_where_both_have_one_and_else_by_its_time_and_equal_is_not_older(long? seen, long? sequence, int seconds, bool stale)
    {
        var mark = new OrderMark(Noon, seen is { } known ? OrderMark.None.Sequences.Add("s", known) : OrderMark.None.Sequences);
        var hr = new HrEvent { Source = "s", Id = "i", Type = HrEventTypes.Changed, PersonId = new("P1"), EmploymentId = new("E1"), Sequence = sequence, Time = Noon.AddSeconds(seconds) };
        Assert.Equal(stale, EventOrder.IsStale(mark, hr, Noon.AddDays(1)));
        Assert.Equal(
            seen.HasValue && sequence.HasValue
                ? $"Sequence {sequence} came after {seen} was applied."
                : $"Its time {hr.Time:O} is before 2026-11-21T12:00:00.0000000+00:00, which was applied already.",
            EventOrder.Why(mark, hr));
    }

    [Fact]
    public void A_termination_that_a_new_title_overtook_still_ends_the_employment()
    {
        var run = new IntakeRun();
        run.Hire(sequence: 1);
        run.Change(sequence: 3);
        Assert.Equal(IntakeVerdict.Planned, run.Terminate(sequence: 2).Verdict);
        Assert.Equal(IntakeVerdict.Stale, run.Hire(sequence: 1).Verdict);
    }

    [Fact]
    public void A_leave_that_a_termination_and_its_rescission_overtook_is_still_a_leave()
    {
        var run = new IntakeRun();
        run.Hire(sequence: 1);
        run.Terminate(sequence: 3);
        run.Rescind(sequence: 4);
        Assert.Equal(IntakeVerdict.Applied, run.Decide(run.Event(HrEventTypes.LeaveStarted, sequence: 2)).Verdict);
        Assert.Equal(EmploymentStatus.OnLeave, run.Employment().Status);
    }

    [Fact]
    public void An_old_title_does_not_take_the_place_of_a_newer_one_though_its_event_ends_the_employment()
    {
        var run = new IntakeRun();
        run.Hire(sequence: 1);
        run.Decide(run.Event(HrEventTypes.Changed, sequence: 3) with { Assignment = IntakeRun.Analyst with { Title = "Lead" } });
        run.Decide(run.Event(HrEventTypes.Terminated, sequence: 2) with { Assignment = IntakeRun.Analyst });
        Assert.Equal((EmploymentStatus.Terminated, "Lead"), (run.Employment().Status, run.Employment().Assignment!.Title));
    }
}
