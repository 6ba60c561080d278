using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class PresenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Bridge = TimeSpan.FromHours(72);

    [Theory]
    [InlineData(72, true)]
    [InlineData(73, false)]
    public void A_gap_no_longer_than_the_bridge_does_not_count(int hours, bool joined)
    {
        var end = Now.AddDays(5);
        var presence = Of(Employed("E1", until: end), Employed("E2", from: end.AddHours(hours)));
        Assert.Equal(joined ? null : end, presence.EndsAt);
        Assert.Equal(joined ? null : end.AddHours(hours), presence.BackAt);
    }

    [Fact]
    public void In_a_gap_that_is_bridged_access_is_justified()
        => Assert.True(Of(Employed("E1", until: Now.AddHours(-1)), Employed("E2", from: Now.AddHours(10))).IsJustified);

    [Fact]
    public void After_an_urgent_end_no_gap_is_bridged()
    {
        var presence = Of(Employed("E1", until: Now.AddHours(-1)) with { EndUrgent = true }, Employed("E2", from: Now.AddHours(10)));
        Assert.Equal((false, Now.AddHours(10)), (presence.IsJustified, presence.BackAt));
    }

    [Fact]
    public void A_leave_counts_only_while_nobody_works_under_another_employment()
    {
        var presence = Of(Employed("E1") with { LeaveFrom = Now.AddDays(-1) }, Employed("E2", until: Now.AddDays(3)));
        Assert.False(presence.IsOnLeave);
        Assert.Equal((Now.AddDays(3), "E1"), (presence.LeaveAt, presence.Leaving!.Id.Value));
        Assert.Null(presence.EndsAt);
    }

    [Fact]
    public void Leaves_of_all_employments_together_are_a_leave_from_the_last_to_begin_to_the_first_to_end()
    {
        var presence = Of(
            Employed("E1") with { LeaveFrom = Now.AddDays(-9), LeaveUntil = Now.AddDays(9) },
            Employed("E2") with { LeaveFrom = Now.AddDays(-2), LeaveUntil = Now.AddDays(4) });
        Assert.True(presence.IsOnLeave);
        Assert.Equal((Now.AddDays(-2), Now.AddDays(4)), (presence.LeaveAt, presence.BackFromLeaveAt));
    }

    [Fact]
    public void Who_ends_before_they_begin_never_came_and_counts_as_begun_and_ended()
    {
        var presence = Of(Employed("E1", from: Now.AddDays(9), until: Now.AddDays(2)));
        Assert.Equal((true, Now.AddDays(2)), (presence.IsJustified, presence.EndsAt));
        Assert.False(Of(Employed("E1", from: Now.AddDays(9), until: Now)).IsJustified);
    }

    [Fact]
    public void A_hire_that_is_to_come_justifies_nothing_yet()
    {
        var presence = Of(Employed("E1", from: Now.AddDays(9)));
        Assert.Equal((false, Now.AddDays(9)), (presence.IsJustified, presence.BackAt));
        Assert.Null(presence.EndsAt);
    }

    private static Employment Employed(string id, DateTimeOffset? from = null, DateTimeOffset? until = null)
        => new() { Id = new EmploymentId(id), PersonId = new PersonId("P1"), Version = 1, StartsAt = from, EndsAt = until };

    private static Presence Of(params Employment[] employments) => Presence.Of(new PersonRecord { Id = new PersonId("P1"), Employments = employments }, Now, Bridge);
}
