using Deprovisioner.Contracts;
using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Sagas;
using static Deprovisioner.Core.Tests.Intake.IntakeRun;

namespace Deprovisioner.Core.Tests.Drift;

/// <summary>When, how long, and by which steps the accounts of somebody who left are read again.</summary>
public sealed class DriftScheduleTests
{
    private static readonly StepAction[] Two = [StepAction.DisableAccount, StepAction.RemoveEntitlements];
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly DriftRun drift = new(Two);

    [Fact]
    public void The_first_time_is_an_hour_after_the_cut_or_a_little_later_and_the_next_a_day_after_that()
    {
        drift.Left();
        var first = drift.Look();
        Assert.Empty(first.Ask);
        Assert.InRange(first.NextAt!.Value - Day0, Hour, Hour + (Day / 10));

        drift.Run.Now = first.NextAt.Value;
        var asked = drift.Look();
        Assert.Equal(6, asked.Ask.Count);
        Assert.Equal(first.NextAt + Day, asked.NextAt);
    }

    [Fact]
    public void A_leavers_own_end_says_already_when_the_first_time_is()
    {
        drift.Left();
        Assert.Equal(drift.Look().NextAt, DriftSchedule.FirstLook(new DriftSettings(), drift.Leaver, Day0));
    }

    [Fact]
    public void Where_the_first_time_is_not_plain_somebody_looks_at_once()
    {
        drift.Left();
        var leaver = drift.Leaver;
        Assert.Equal(Day0, DriftSchedule.FirstLook(null, leaver, Day0));
        Assert.Equal(Day0, DriftSchedule.FirstLook(new DriftSettings(), leaver with { Kind = SagaKind.Drift }, Day0));
        Assert.Equal(Day0, DriftSchedule.FirstLook(new DriftSettings(), leaver with { Status = SagaStatus.Cancelled }, Day0));
        Assert.Equal(Day0, DriftSchedule.FirstLook(new DriftSettings(), leaver with { CompletedAt = null, ContainedAt = null }, Day0));
    }

    [Fact]
    public void However_late_it_is_looked_at_the_schedule_does_not_slip()
    {
        drift.Left();
        var first = drift.Look().NextAt!.Value;
        drift.Run.Now = first;
        drift.Look();
        drift.Run.Now = first + (3 * Day) + (5 * Hour);
        Assert.Equal(6, drift.Look().Ask.Count);
        Assert.Equal(first + (4 * Day), drift.Look().NextAt);
    }

    [Fact]
    public void Whoever_left_long_before_anything_was_read_again_waits_for_their_time_of_the_schedule()
    {
        drift.Left();
        drift.Run.Now = Day0.AddDays(40);
        var look = drift.Look();
        Assert.Empty(look.Ask);
        Assert.InRange(look.NextAt!.Value - drift.Run.Now, TimeSpan.Zero, Day);
    }

    [Fact]
    public void After_ninety_days_nothing_is_read_any_more()
    {
        drift.Left();
        drift.Run.Now = Day0.AddDays(1);
        drift.Look();
        drift.Run.Now = Day0.AddDays(89.99);
        Assert.Equal((6, (DateTimeOffset?)null), (drift.Look().Ask.Count, drift.Look().NextAt));
        drift.Run.Now = Day0.AddDays(90.01);
        Assert.Equal((0, (DateTimeOffset?)null), (drift.Look().Ask.Count, drift.Look().NextAt));
    }

    [Fact]
    public void Ten_thousand_who_left_at_the_same_minute_are_spread_over_hours()
    {
        drift.Left();
        var random = new Random(41);
        var bytes = new byte[16];
        var busiest = Enumerable.Range(0, 10_000).Select(_ =>
        {
            random.NextBytes(bytes);
            var leaver = drift.Leaver with { Id = new SagaId(new Guid(bytes)) };
            return DriftSchedule.Look(new DriftSettings(), HandMade.Configuration(), drift.Run.Person!, [leaver], null, Day0).NextAt!.Value;
        }).GroupBy(at => (long)(at - Day0).TotalMinutes).Max(minute => minute.Count());
        Assert.InRange(busiest, 1, 150);
    }

    [Fact]
    public void It_counts_from_the_containment_while_the_deletion_is_a_month_off_and_anew_from_the_end()
    {
        var deleting = new DriftRun([StepAction.DisableAccount, StepAction.DeleteAccount], policy: p => p with { Stages = [p.Stages[0], p.Stages[1] with { After = TimeSpan.FromDays(30) }] }).Left();
        Assert.False(deleting.Leaver.IsOver);
        Assert.Equal(Day0, deleting.Cut!.Since);
        deleting.Run.Now = Day0.AddHours(5);
        Assert.Equal(["corp-ldap disable-account", "crm disable-account", "warehouse disable-account"], deleting.Asked());

        deleting.Run.Now = Day0.AddDays(31);
        deleting.Run.Work();
        Assert.True(deleting.Leaver.IsOver);
        Assert.Equal(deleting.Run.Now, deleting.Cut!.Since);
    }

    [Fact]
    public void What_is_not_yet_contained_is_not_read()
    {
        drift.Run.Terminate();
        drift.Run.Work(2);
        drift.Run.Now = Day0.AddHours(5);
        Assert.Equal((0, (DateTimeOffset?)null), (drift.Look().Ask.Count, drift.Look().NextAt));
    }

    [Theory]
    [InlineData(StepStatus.Succeeded, Outcome.Changed, null, true)]
    [InlineData(StepStatus.Succeeded, Outcome.Already, null, true)]
    [InlineData(StepStatus.Succeeded, Outcome.Absent, null, true)] // An account may appear later.
    [InlineData(StepStatus.Succeeded, Outcome.Observed, null, false)]
    [InlineData(StepStatus.Succeeded, Outcome.Rejected, Step.ByHand, false)]
    [InlineData(StepStatus.Failed, Outcome.Ambiguous, null, false)]
    [InlineData(StepStatus.Cancelled, null, null, false)]
    public void Only_what_the_system_itself_vouched_for_is_read(StepStatus status, Outcome? outcome, string? code, bool asked)
    {
        drift.Left();
        var saga = drift.Leaver with { Steps = drift.Leaver.Steps.SetItem(0, drift.Leaver.Steps[0] with { Status = status, Outcome = outcome, Code = code }) };
        Assert.Equal(asked, CutAccess.Of([saga]).Cut!.Steps.Any(s => s.Id == saga.Steps[0].Id));
    }

    [Fact]
    public void What_was_handed_over_or_given_back_is_not_read_and_a_deletion_only_where_nothing_else_tells()
    {
        var all = new DriftRun([StepAction.DisableAccount, StepAction.RevokeCredentials, StepAction.TransferData, StepAction.DeleteAccount]).Left();
        all.Run.Now = Day0.AddHours(5);
        Assert.Equal(
            ["corp-ldap disable-account", "crm disable-account", "warehouse disable-account", "corp-ldap revoke-credentials", "warehouse revoke-credentials"], all.Asked());

        var deleted = new DriftRun([StepAction.DeleteAccount]).Left();
        deleted.Run.Now = Day0.AddHours(5);
        Assert.Equal(["corp-ldap delete-account", "crm delete-account", "warehouse delete-account"], deleted.Asked());
    }

    [Fact]
    public void Systems_that_are_only_observed_or_left_the_configuration_are_not_asked()
    {
        var less = new DriftRun(Two, c => c with { Systems = [c.Systems[0], c.Systems[1] with { Observe = true }] }).Left();
        less.Run.Now = Day0.AddHours(5);
        Assert.Equal(["corp-ldap disable-account", "corp-ldap remove-entitlements"], less.Asked());
    }

    [Fact]
    public void Nobody_who_works_here_is_read()
    {
        drift.Left();
        drift.Run.Now = Day0.AddHours(5);
        var look = DriftSchedule.Look(
            new DriftSettings(), HandMade.Configuration(), drift.Run.Person! with { Employments = [.. drift.Run.Person!.Employments, drift.Run.Employment() with { Id = new EmploymentId("E2"), EndsAt = null }] },
            drift.Run.Sagas, null, drift.Run.Now);
        Assert.Equal((0, "The person works here."), (look.Ask.Count, look.Why));
        Assert.NotNull(look.NextAt); // It may have been a mistake of the source.
    }

    [Fact]
    public void Whoever_is_back_is_not_read()
    {
        drift.Left();
        drift.Run.Rescind();
        Assert.Equal((null, "The person is back."), (drift.Cut, CutAccess.Of(drift.Run.Sagas).Why));
    }

    [Fact]
    public void A_newer_leaver_saga_takes_over_and_a_cancelled_one_does_not()
    {
        drift.Left();
        drift.Run.Now = Day0.AddHours(5);
        drift.Run.Terminate();
        var newer = drift.Run.Open.Single();
        Assert.Null(drift.Cut);
        drift.Run.Cancel(newer);
        Assert.Equal(drift.Leaver, drift.Cut!.Leaver);
    }

    [Fact]
    public void A_drift_saga_takes_over_the_schedule_with_its_own_steps()
    {
        drift.Left();
        drift.Run.Now = Day0.AddDays(60);
        drift.Find(s => s.System.Value == "crm" && s.Action is StepAction.DisableAccount);
        Assert.Null(drift.Cut);
        drift.Run.Work();

        Assert.Equal(drift.Run.Now, drift.Cut!.Since);
        var again = drift.Run.Sagas[^1];
        Assert.Equal(6, drift.Cut.Steps.Count);
        Assert.Contains(drift.Cut.Steps, s => s.Id == again.Steps[0].Id);
        Assert.DoesNotContain(drift.Cut.Steps, s => s.System.Value == "crm" && s.Action is StepAction.DisableAccount && s.Id != again.Steps[0].Id);
        drift.Run.Now = Day0.AddDays(149);
        Assert.NotNull(drift.Look().NextAt);
    }

    [Fact]
    public void A_drift_saga_that_a_person_stopped_ends_the_schedule()
    {
        drift.Left();
        drift.Find(s => s.System.Value == "crm" && s.Action is StepAction.DisableAccount, Day0.AddSeconds(1));
        drift.Run.Cancel(drift.Run.Open.Single());
        Assert.Null(drift.Cut);
    }

    [Fact]
    public void A_step_is_asked_by_one_question_only()
    {
        drift.Left();
        var ids = drift.Leaver.Steps.Select(s => DriftLook.ProbeOf(s.Id)).ToList();
        Assert.Equal(ids, drift.Leaver.Steps.Select(s => DriftLook.ProbeOf(s.Id)));
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.DoesNotContain(ids, id => drift.Leaver.Steps.Any(s => s.Id.Value == id.Value));
    }

    [Fact]
    public void The_schedule_begins_with_the_containment_and_with_every_end()
    {
        drift.Left();
        var leaver = drift.Leaver;
        var open = leaver with { Status = SagaStatus.Running, CompletedAt = null };
        Assert.True(CutAccess.Begins(open with { ContainedAt = null }, open));
        Assert.True(CutAccess.Begins(open, leaver));
        Assert.True(CutAccess.Begins(null, leaver));
        Assert.True(CutAccess.Begins(open with { Kind = SagaKind.Drift }, leaver with { Kind = SagaKind.Drift, Status = SagaStatus.Cancelled }));
        Assert.False(CutAccess.Begins(open, open));
        Assert.False(CutAccess.Begins(leaver, leaver));
        Assert.False(CutAccess.Begins(open with { Kind = SagaKind.Leave }, leaver with { Kind = SagaKind.Leave }));
    }
}
