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
}
