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

    [Fact]
    public void Who_ends_now_has_ended_and_who_begins_now_has_begun()
    {
        Assert.Equal((false, Now), (Of(Employed("E1", until: Now)).IsJustified, Of(Employed("E1", until: Now)).EndsAt));
        var begun = Of(Employed("E1", from: Now));
        Assert.Equal((true, null), (begun.IsJustified, begun.BackAt));
        Assert.Equal((true, Now.AddDays(9)), (Of(Employed("E1", Now.AddDays(9), Now.AddDays(9))).IsJustified, Of(Employed("E1", Now.AddDays(9), Now.AddDays(9))).EndsAt));
    }

    [Fact]
    public void Of_several_stretches_the_last_one_that_is_over_and_the_next_to_come_count()
    {
        var presence = Of(
            Employed("E1", until: Now.AddDays(-90)), Employed("E2", Now.AddDays(-60), Now.AddDays(-30)), Employed("E3", Now.AddDays(9), Now.AddDays(20)), Employed("E4", Now.AddDays(40), Now.AddDays(50)));
        Assert.Equal((false, Now.AddDays(-30), "E2", Now.AddDays(9)), (presence.IsJustified, presence.EndsAt, presence.Last!.Id.Value, presence.BackAt));
        Assert.Null(Of(Employed("E3", Now.AddDays(9), Now.AddDays(20))).EndsAt);
    }

    [Fact]
    public void A_time_to_come_lies_in_a_stretch_to_come_after_its_beginning_and_up_to_its_end()
    {
        var presence = Of(Employed("E0", Now, Now.AddDays(2)), Employed("E1", Now.AddDays(10), Now.AddDays(20)), Employed("E2", Now.AddDays(50)));
        Assert.Null(presence.Later(Now.AddDays(1)));
        Assert.Null(presence.Later(Now.AddDays(10)));
        Assert.Equal((Now.AddDays(20), "E1"), (presence.Later(Now.AddDays(15))?.EndsAt, presence.Later(Now.AddDays(15))?.Last.Id.Value));
        Assert.Equal(Now.AddDays(20), presence.Later(Now.AddDays(20))?.EndsAt);
        Assert.Null(presence.Later(Now.AddDays(30)));
        Assert.Equal((null, "E2"), (presence.Later(Now.AddDays(60))?.EndsAt, presence.Later(Now.AddDays(60))?.Last.Id.Value));
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(0)]
    public void A_leave_begins_when_the_last_work_beside_it_ended(int days)
    {
        var presence = Of(Employed("E1") with { LeaveFrom = Now.AddDays(-9) }, Employed("E2", Now.AddDays(-5), Now.AddDays(days)));
        Assert.Equal((true, Now.AddDays(days), "E1"), (presence.IsOnLeave, presence.LeaveAt, presence.Leaving!.Id.Value));
    }

    [Fact]
    public void A_leave_that_is_over_or_of_an_employment_that_has_not_begun_or_has_ended_is_none()
    {
        var over = Of(Employed("E1") with { LeaveFrom = Now.AddDays(-9), LeaveUntil = Now.AddDays(-5) });
        Assert.Equal((false, null), (over.IsOnLeave, over.LeaveAt));
        Assert.False(Of(Employed("E1", until: Now.AddDays(-1)) with { LeaveFrom = Now.AddDays(-5) }).IsOnLeave);
        Assert.False(Of(Employed("E1", from: Now.AddDays(5)) with { LeaveFrom = Now.AddDays(-2) }).IsOnLeave);
    }

    [Fact]
    public void Who_begins_on_leave_is_on_leave_from_the_beginning_and_back_when_the_leave_ends()
    {
        var presence = Of(Employed("E1", from: Now.AddDays(5)) with { LeaveFrom = Now.AddDays(2), LeaveUntil = Now.AddDays(8) });
        Assert.Equal((Now.AddDays(5), "E1", Now.AddDays(8)), (presence.LeaveAt, presence.Leaving!.Id.Value, presence.BackFromLeaveAt));
        var later = Of(Employed("E1", from: Now.AddDays(2)) with { LeaveFrom = Now.AddDays(5), LeaveUntil = Now.AddDays(9) });
        Assert.Equal((Now.AddDays(5), Now.AddDays(9)), (later.LeaveAt, later.BackFromLeaveAt));
    }

    [Fact]
    public void A_leave_beside_work_begins_when_that_work_ends_though_other_work_comes_later()
    {
        var presence = Of(
            Employed("E1", until: Now.AddDays(9)), Employed("E2", from: Now.AddDays(4)) with { LeaveFrom = Now.AddDays(1) }, Employed("E3", from: Now.AddDays(20)));
        Assert.Equal((Now.AddDays(9), Now.AddDays(20)), (presence.LeaveAt, presence.BackFromLeaveAt));
    }

    [Fact]
    public void Who_is_back_twice_is_back_at_the_first_time_and_the_leave_is_that_which_began_last()
    {
        var presence = Of(
            Employed("E1", until: Now.AddDays(5)) with { LeaveFrom = Now.AddDays(-9), LeaveUntil = Now.AddDays(3) },
            Employed("E2") with { LeaveFrom = Now.AddDays(-8), LeaveUntil = Now.AddDays(8) },
            Employed("E3", until: Now.AddDays(-1)) with { LeaveFrom = Now.AddDays(-2) });
        Assert.Equal((Now.AddDays(3), "E2"), (presence.BackFromLeaveAt, presence.Leaving!.Id.Value));
    }

    private static Employment Employed(string id, DateTimeOffset? from = null, DateTimeOffset? until = null)
        => new() { Id = new EmploymentId(id), PersonId = new PersonId("P1"), Version = 1, StartsAt = from, EndsAt = until };

    private static Presence Of(params Employment[] employments) => Presence.Of(new PersonRecord { Id = new PersonId("P1"), Employments = employments }, Now, Bridge);
}
