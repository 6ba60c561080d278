using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class LegalHoldIntakeTests
{
    private static readonly Policy Deleting = new()
    {
        Name = "leaver",
        When = new PolicyCondition { Event = "terminated" },
        Stages = [new PolicyStage { Name = "retire", Steps = [new PolicyStep { System = new SystemName("crm"), Action = StepAction.DeleteAccount }] }],
    };

    [Fact]
    public void A_termination_under_a_legal_hold_deletes_nothing_whenever_the_hold_was_set()
    {
        var before = new IntakeRun(Deleting);
        before.Hire();
        before.Now += TimeSpan.FromHours(1);
        Say(before, HrEventTypes.Changed, true);
        before.Now += TimeSpan.FromHours(1);
        before.Terminate();

        var with = new IntakeRun(Deleting);
        with.Hire();
        with.Now += TimeSpan.FromHours(1);
        Say(with, HrEventTypes.Terminated, true);

        var after = new IntakeRun(Deleting);
        after.Hire();
        after.Now += TimeSpan.FromHours(1);
        after.Terminate();
        Assert.Equal(StepStatus.Due, after.Open.Single().Steps[0].Status);
        after.Now += TimeSpan.FromHours(1);
        Say(after, HrEventTypes.Changed, true);

        foreach (var run in new[] { before, with, after })
        {
            var saga = run.Open.Single();
            Assert.Equal((true, SagaStatus.Held, StepStatus.Waiting), (saga.LegalHold, saga.Status, saga.Steps[0].Status));
        }
    }

    [Fact]
    public void An_event_lifts_what_an_event_set_and_the_saga_goes_on()
    {
        var run = Held();

        var decision = Say(run, HrEventTypes.Changed, false);

        Assert.Equal(StepStatus.Due, run.Open.Single().Steps[0].Status);
        Assert.False(run.Person!.LegalHold!.IsSet);
        Assert.Equal(["legal-hold-lifted"], decision.Changed!.Single().Audit.Select(a => a.Type));
    }

    [Fact]
    public void An_event_that_says_nothing_of_it_leaves_it()
    {
        var run = Held();

        run.Change();

        Assert.True(run.Person!.LegalHold!.IsSet);
        Assert.Equal(StepStatus.Waiting, run.Open.Single().Steps[0].Status);
    }

    [Fact]
    public void What_was_set_by_hand_no_event_lifts()
    {
        var run = Held();
        var hold = LegalHold.Said(run.Person!.LegalHold, true, new Act("counsel", "case 7"), run.Now);
        var said = new HrEvent { Source = "/hris", Id = "x", Type = HrEventTypes.Changed, Time = run.Now + TimeSpan.FromDays(1), PersonId = new("P1"), EmploymentId = new("E1"), LegalHold = false };

        Assert.Equal(IntakeRun.Day0 + TimeSpan.FromHours(1), hold.Since);
        Assert.Same(hold, LegalHold.After(hold, said));
        Assert.False(LegalHold.After(hold with { ByHand = false }, said)!.IsSet);
    }

    [Fact]
    public void The_newest_word_counts_though_its_event_is_stale_in_all_else()
    {
        var run = new IntakeRun(Deleting);
        run.Hire(sequence: 1);
        run.Now += TimeSpan.FromHours(2);
        run.Change(sequence: 3);

        var late = run.Decide(run.Event(HrEventTypes.Changed, 2) with { Time = run.Now - TimeSpan.FromHours(1), LegalHold = true });
        Assert.Equal(IntakeVerdict.Applied, late.Verdict);
        Assert.True(run.Person!.LegalHold!.IsSet);

        var older = run.Decide(run.Event(HrEventTypes.Changed, 2) with { Time = run.Now - TimeSpan.FromHours(1.5), LegalHold = false });
        Assert.Equal(IntakeVerdict.Stale, older.Verdict);
        Assert.True(run.Person!.LegalHold!.IsSet);
    }

    [Fact]
    public void A_word_that_changes_nothing_keeps_who_set_it_and_since_when()
    {
        var run = Held();
        var before = run.Person!.LegalHold!;

        var decision = Say(run, HrEventTypes.Changed, true);

        Assert.Equal(before with { SaidAt = run.Now }, run.Person.LegalHold);
        Assert.Empty(decision.Changed ?? []);
    }

    [Fact]
    public void A_word_that_comes_with_a_change_of_the_saga_is_one_decision_with_it()
    {
        var run = new IntakeRun(Deleting);
        run.Hire();
        run.Terminate(IntakeRun.Day0.AddDays(9));
        run.Now += TimeSpan.FromHours(1);
        var decision = run.Decide(run.Event(HrEventTypes.Terminated) with { EffectiveAt = IntakeRun.Day0.AddDays(5), LegalHold = true });
        Assert.Equal(["saga-rescheduled", "legal-hold-set", "saga-held"], decision.Changed!.Single().Audit.Select(a => a.Type));
        Assert.Equal((true, IntakeRun.Day0.AddDays(5)), (run.Open.Single().LegalHold, run.Open.Single().EffectiveAt));
        Assert.Equal(IntakeVerdict.Superseded, decision.Verdict);
    }

    [Fact]
    public void A_saga_that_the_event_ends_hears_nothing_of_the_hold()
    {
        var run = new IntakeRun(Deleting);
        run.Hire();
        run.Terminate(IntakeRun.Day0.AddDays(9));
        run.Now += TimeSpan.FromHours(1);
        var decision = run.Decide(run.Event(HrEventTypes.TerminationRescinded) with { LegalHold = true });
        Assert.Equal(["saga-cancelled", "person-returned"], decision.Changed!.Single().Audit.Select(a => a.Type));
        Assert.True(run.Person!.LegalHold!.IsSet);
        Assert.Equal("The termination was rescinded: what had not run was cancelled.", decision.Reason);
    }

    [Fact]
    public void A_word_in_a_stale_event_says_that_nothing_else_of_it_counted()
    {
        var run = new IntakeRun(Deleting);
        run.Hire(sequence: 1);
        run.Now += TimeSpan.FromHours(2);
        run.Change(sequence: 3);
        var late = run.Decide(run.Event(HrEventTypes.Changed, 2) with { LegalHold = true });
        Assert.Equal((IntakeVerdict.Applied, "A late event: only its word on the legal hold was newer than what was known."), (late.Verdict, late.Reason));
        Assert.Equal("Sequence 2 came after 3 was applied.", run.Decide(run.Event(HrEventTypes.Changed, 2)).Reason);
    }

    [Fact]
    public void Nobody_is_said_to_be_free_of_what_never_was()
    {
        var run = new IntakeRun(Deleting);
        run.Hire();

        Say(run, HrEventTypes.Changed, false);

        Assert.Null(run.Person!.LegalHold);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", null)]
    [InlineData(null, null)]
    public void The_event_says_it_or_does_not(string? json, bool? said)
        => Assert.Equal(said, Assert.IsType<HrEventParse.Valid>(Termination.Parse("data.legalHold", json)).Event.LegalHold);

    [Fact]
    public void A_word_that_is_no_boolean_is_refused()
        => Assert.Equal(InvalidEventReason.WrongType, Assert.IsType<HrEventParse.Invalid>(Termination.Parse("data.legalHold", "\"yes\"")).Reason);

    /// <summary>Terminated, and under a legal hold that an event set an hour before.</summary>
    private static IntakeRun Held()
    {
        var run = new IntakeRun(Deleting);
        run.Hire();
        run.Now += TimeSpan.FromHours(1);
        Say(run, HrEventTypes.Terminated, true);
        run.Now += TimeSpan.FromHours(1);
        return run;
    }

    private static IntakeDecision Say(IntakeRun run, string type, bool hold) => run.Decide(run.Event(type) with { LegalHold = hold });
}
