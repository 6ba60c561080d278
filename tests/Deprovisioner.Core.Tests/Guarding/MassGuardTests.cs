using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Sagas;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Guarding;

public sealed class MassGuardTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = SagaRun.End;
    private static readonly GuardSettings Three = new() { MaxLeavers = 3 };

    [Fact]
    public void Those_within_the_limit_go_and_all_of_the_surplus_is_held_with_the_numbers()
    {
        var run = new Run(Three);
        var held = Enumerable.Range(0, 10).Select(i => run.Leave($"P{i}").Saga.Holds.Length > 0).ToList();
        Assert.Equal([false, false, false, true, true, true, true, true, true, true], held);
        Assert.Equal("4th leaver in 24h; the limit is 3.", run.Of("P3").Holds.Single().Detail);
        Assert.Equal((HoldReason.Guard, SagaStatus.Held), (run.Of("P3").Holds.Single().Reason, run.Of("P3").Status));
    }

    [Fact]
    public void The_events_reason_says_that_its_saga_is_held_and_both_decisions_are_one()
    {
        var run = new Run(new GuardSettings { MaxLeavers = 0 });
        var decision = run.Leave("P1");
        Assert.Equal(["saga-planned", "saga-held"], decision.Audit.Select(a => a.Type));
        Assert.Equal([SagaNotice.Started, SagaNotice.Held], decision.Notices);
        Assert.EndsWith("Held: 1st leaver in 24h; the limit is 0.", run.Reasons[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_window_slides()
    {
        var run = new Run(Three);
        for (var i = 0; i < 3; i++)
        {
            run.Leave($"P{i}");
            run.Now += TimeSpan.FromHours(1);
        }

        run.Now = Start + TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1);
        Assert.NotEmpty(run.Leave("late").Saga.Holds);
        run.Now = Start + TimeSpan.FromHours(25);
        Assert.Empty(run.Leave("later").Saga.Holds);
    }

    [Fact]
    public void A_held_one_counts_so_that_a_steady_stream_over_the_limit_does_not_trickle_through()
    {
        var run = new Run(Three);
        var held = 0;
        for (var i = 0; i < 48; i++)
        {
            held += run.Leave($"P{i}").Saga.Holds.Length;
            run.Now += TimeSpan.FromHours(1);
        }

        Assert.Equal(45, held);
    }

    [Fact]
    public void The_share_is_that_of_the_head_count_and_never_means_fewer_than_always()
    {
        Assert.Equal(50, new GuardSettings { MaxShare = 0.05 }.Limit(1000));
        Assert.Equal(49, new GuardSettings { MaxShare = 0.05 }.Limit(999));
        Assert.Equal(5, new GuardSettings { MaxShare = 0.05 }.Limit(20));
        Assert.Equal(1, new GuardSettings { MaxShare = 0.05, Always = 1 }.Limit(20));
        Assert.Equal(50, new GuardSettings { MaxShare = 0.05, MaxLeavers = 70 }.Limit(1000));
        Assert.Equal(30, new GuardSettings { MaxShare = 0.05, MaxLeavers = 30 }.Limit(1000));
        Assert.Equal(29, new GuardSettings { MaxShare = 0.29 }.Limit(100));
    }

    [Fact]
    public void Those_who_were_entered_over_months_and_leave_on_one_day_are_counted_by_that_day_too()
    {
        var run = new Run(Three);
        var end = Start + TimeSpan.FromDays(60);
        for (var i = 0; i < 5; i++)
        {
            run.Leave($"P{i}", end);
            run.Now += TimeSpan.FromDays(5);
        }

        Assert.Equal(["P3", "P4"], run.Held);
        Assert.Equal("4th leaver whose access ends within 24h; the limit is 3.", run.Of("P3").Holds.Single().Detail);
    }

    [Fact]
    public void Asked_again_the_answer_is_the_same_and_a_lower_limit_holds_what_had_passed()
    {
        var run = new Run(Three);
        Enumerable.Range(0, 5).ToList().ForEach(i => run.Leave($"P{i}"));
        run.Now += TimeSpan.FromDays(40);
        Assert.Null(MassGuard.Hold(run.Ledger, run.Of("P2"), run.Now));
        Assert.Null(MassGuard.Hold(run.Ledger with { Settings = Three with { MaxLeavers = 4 } }, run.Of("P3"), run.Now));
        Assert.NotNull(MassGuard.Hold(run.Ledger with { Settings = Three with { MaxLeavers = 2 } }, run.Of("P2"), run.Now));
    }

    [Fact]
    public void Who_was_released_passes_when_asked_again_and_lets_nobody_else_through()
    {
        var run = new Run(Three);
        Enumerable.Range(0, 5).ToList().ForEach(i => run.Leave($"P{i}"));
        run.Release("P4");
        Assert.Null(MassGuard.Hold(run.Ledger, run.Of("P4"), run.Now));
        Assert.Equal(["P3"], run.Held);
        Assert.NotEmpty(run.Leave("P5").Saga.Holds);
    }

    [Fact]
    public void A_repeat_is_not_counted_twice()
    {
        var run = new Run(Three);
        run.Leave("P1");
        for (var i = 0; i < 5; i++)
        {
            run.Leave("P1");
        }

        Assert.Empty(run.Held);
        Assert.Equal(1, run.Ledger.CountAt(run.Now));
    }

    [Fact]
    public void Who_comes_back_does_not_count_any_more_and_counts_anew_when_leaving_again()
    {
        var run = new Run(Three);
        Enumerable.Range(0, 3).ToList().ForEach(i => run.Leave($"P{i}"));
        run.ComeBack("P0");
        Assert.Equal(2, run.Ledger.CountAt(run.Now));
        Assert.Empty(run.Leave("P0").Saga.Holds);
        Assert.NotEmpty(run.Leave("P9").Saga.Holds);
    }

    [Fact]
    public void An_announced_layoff_does_not_count_up_to_its_size_and_within_its_days()
    {
        var run = new Run(Three);
        run.Announce(4, Start, Start + TimeSpan.FromDays(1));
        Enumerable.Range(0, 9).ToList().ForEach(i => run.Leave($"P{i}"));
        Assert.Equal(["P7", "P8"], run.Held);
        run = new Run(Three);
        run.Announce(4, Start + TimeSpan.FromDays(1), Start + TimeSpan.FromDays(2));
        Enumerable.Range(0, 4).ToList().ForEach(i => run.Leave($"P{i}"));
        Assert.Equal(["P3"], run.Held);
    }

    [Fact]
    public void An_announced_one_passes_whatever_the_limit_and_who_ends_on_the_first_day_after_it_is_not_announced()
    {
        var run = new Run(new GuardSettings { MaxLeavers = 0 });
        run.Announce(4, Start, Start + TimeSpan.FromDays(1));
        Assert.Empty(run.Leave("P0").Saga.Holds);
        Assert.NotEmpty(run.Leave("P1", Start + TimeSpan.FromDays(1)).Saga.Holds);
        Assert.NotEmpty(run.Leave("P2", Start + TimeSpan.FromDays(9)).Saga.Holds);
    }

    [Fact]
    public void Whose_end_moves_onto_a_full_day_is_held_there_and_counted_once()
    {
        var run = new Run(Three);
        var end = Start + TimeSpan.FromDays(60);
        for (var i = 0; i < 4; i++)
        {
            run.Leave($"P{i}", i == 3 ? end + TimeSpan.FromDays(9) : end);
            run.Now += TimeSpan.FromDays(5);
        }

        Assert.Empty(run.Held);
        var moved = run.Move("P3", end);
        Assert.Equal(["saga-rescheduled", "saga-held"], moved.Audit.Select(a => a.Type));
        Assert.Equal("4th leaver whose access ends within 24h; the limit is 3.", moved.Saga.Holds.Single().Detail);
        Assert.Equal(4, run.Ledger.Transitions.Count);

        // The first of them makes room by going elsewhere.
        run.Move("P0", end + TimeSpan.FromDays(30));
        Assert.Null(MassGuard.Hold(run.Ledger, run.Of("P3"), run.Now));
        Assert.Equal(4, run.Ledger.Transitions.Count);
    }

    [Fact]
    public void Who_was_released_stays_so_when_the_end_moves()
    {
        var run = new Run(new GuardSettings { MaxLeavers = 0 });
        run.Leave("P1", Start + TimeSpan.FromDays(9));
        run.Release("P1");
        Assert.Empty(run.Move("P1", Start + TimeSpan.FromDays(8)).Saga.Holds);
    }

    [Fact]
    public void One_that_is_held_already_is_not_asked_about_when_its_end_moves()
    {
        var run = new Run(new GuardSettings { MaxLeavers = 0 });
        run.Leave("P1", Start + TimeSpan.FromDays(9));
        var moved = SagaTransitions.Next(run.Of("P1"), new SagaInput.Reschedule(Start + TimeSpan.FromDays(8), "moved", Urgent: true), Start);
        var ledger = run.Ledger;
        var after = run.Take(new IntakeDecision(IntakeVerdict.Superseded, "Moved.", Changed: [moved]));
        Assert.Same(moved, Assert.Single(after.Changed!));
        Assert.Same(ledger, run.Ledger);
    }

    [Fact]
    public void Whose_end_comes_before_that_of_the_others_is_not_counted_after_them()
    {
        var run = new Run(Three);
        for (var i = 0; i < 4; i++)
        {
            run.Leave($"P{i}", Start + TimeSpan.FromDays(60) + TimeSpan.FromHours(i < 3 ? 12 : 0));
            run.Now += TimeSpan.FromDays(5);
        }

        Assert.Empty(run.Held);
    }

    [Fact]
    public void A_saga_that_is_cancelled_makes_room_also_where_the_person_was_said_to_be_back()
    {
        var run = new Run(Three);
        Enumerable.Range(0, 3).ToList().ForEach(i => run.Leave($"P{i}"));
        run.Cancel("P0");
        Assert.Equal(2, run.Ledger.CountAt(run.Now));
        run.Cancel("P1", Run.PersonOf("P1", ends: null));
        Assert.Equal(1, run.Ledger.CountAt(run.Now));
    }

    [Fact]
    public void A_decision_about_somebody_whose_employment_has_ended_lets_them_count_on()
    {
        var run = new Run(Three);
        run.Leave("P1");
        run.Take(new IntakeDecision(IntakeVerdict.NoOp, "Repeated.", Run.PersonOf("P1", ends: Start)));
        Assert.Equal(1, run.Ledger.CountAt(run.Now));
    }

    [Fact]
    public void Each_employment_of_a_person_counts_by_itself()
    {
        var run = new Run(Three);
        run.Leave("P1");
        run.Leave("P1", employment: "E2");
        Assert.Equal(2, run.Ledger.CountAt(run.Now));
    }

    [Fact]
    public void Who_is_not_in_the_ledger_does_not_pass()
    {
        var run = new Run(Three);
        Assert.Equal(new GuardAnswer(false, "The guard does not know this leaver."), run.Ledger.Ask(Planned(SagaKind.Leaver)));
    }

    [Fact]
    public void What_is_no_leaver_or_is_over_is_neither_counted_nor_held()
    {
        var run = new Run(new GuardSettings { MaxLeavers = 0 });
        var mover = Planned(SagaKind.Mover);
        var stopped = SagaTransitions.Next(Planned(SagaKind.Leave), new SagaInput.Cancel(SagaRun.Somebody), Start);
        var decision = new IntakeDecision(IntakeVerdict.Planned, "Moves.", Planned: SagaTransitions.Start(mover, Start), Changed: [stopped]);
        var after = run.Take(decision);
        Assert.Empty(after.Planned!.Saga.Holds);
        Assert.Same(stopped, Assert.Single(after.Changed!));
        Assert.Empty(run.Ledger.Transitions);
        Assert.Null(MassGuard.Hold(run.Ledger, mover, Start));
        Assert.Null(MassGuard.Hold(run.Ledger, SagaTransitions.Next(Planned(SagaKind.Leaver), new SagaInput.Cancel(SagaRun.Somebody), Start).Saga, Start));
    }

    [Fact]
    public void How_many_count_is_of_the_window_that_ends_now()
    {
        var run = new Run(Three);
        run.Leave("P1");
        Assert.Equal(0, run.Ledger.CountAt(Start - TimeSpan.FromSeconds(1)));
        Assert.Equal(1, run.Ledger.CountAt(Start + TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1)));
        Assert.Equal(0, run.Ledger.CountAt(Start + TimeSpan.FromHours(24)));
    }

    [Fact]
    public void The_numbers_are_said_as_people_say_them()
    {
        var run = new Run(new GuardSettings { MaxLeavers = 0, Window = TimeSpan.FromMinutes(90) });
        Enumerable.Range(1, 112).ToList().ForEach(i => run.Leave($"P{i}"));
        var words = new[] { 1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 111, 112 }.Select(i => run.Of($"P{i}").Holds.Single().Detail.Split(' ')[0]);
        Assert.Equal(["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "111th", "112th"], words);
        Assert.Equal($"1st leaver in {Durations.Text(TimeSpan.FromMinutes(90))}; the limit is 0.", run.Of("P1").Holds.Single().Detail);
    }

    [Fact]
    public void Where_the_numbers_cannot_be_read_nobody_passes()
    {
        var run = new Run(Three, unreadable: "the table is gone.");
        Assert.Equal("The guard's numbers cannot be read: the table is gone.", run.Leave("P1").Saga.Holds.Single().Detail);
    }

    [Fact]
    public void Without_a_guard_nobody_is_held()
    {
        var run = new Run(null);
        Enumerable.Range(0, 100).ToList().ForEach(i => run.Leave($"P{i}"));
        Assert.Empty(run.Held);
    }

    [Fact]
    public void Whatever_comes_in_whatever_order_no_window_has_more_than_the_limit_unreleased()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        for (var round = 0; round < 200; round++)
        {
            var random = new Random(seed + round);
            var limit = random.Next(0, 6);
            var run = new Run(new GuardSettings { MaxLeavers = limit });
            var released = new HashSet<string>();
            for (var i = 0; i < 60; i++)
            {
                run.Now += TimeSpan.FromMinutes(random.Next(0, 300));
                switch (random.Next(10))
                {
                    case 0 when run.Held.Count > 0:
                        var one = run.Held[random.Next(run.Held.Count)];
                        var others = run.Held.Where(p => p != one).ToList();
                        run.Release(one);
                        released.Add(one);
                        Assert.Equal(others, run.Held);
                        break;
                    case 1:
                        run.AskAgain();
                        break;
                    default:
                        run.Leave($"P{i}", random.Next(3) == 0 ? run.Now + TimeSpan.FromHours(random.Next(1, 48)) : null);
                        break;
                }
            }

            run.AskAgain();
            var passed = run.Sagas.Where(s => s.Holds.IsEmpty && !released.Contains(s.PersonId.Value)).ToList();
            foreach (var saga in passed)
            {
                Assert.True(passed.Count(s => s.EffectiveAt > saga.EffectiveAt - TimeSpan.FromHours(24) && s.EffectiveAt <= saga.EffectiveAt) <= limit, $"Seed {seed}, round {round}, by effect.");
                Assert.True(passed.Count(s => s.PlannedAt > saga.PlannedAt - TimeSpan.FromHours(24) && s.PlannedAt <= saga.PlannedAt) <= limit, $"Seed {seed}, round {round}, by decision.");
            }
        }
    }

    private static Saga Planned(SagaKind kind)
        => Saga.Of(SagaRun.PlanOf(new StageText("contain", "a disable-account")), new SagaId(Guid.CreateVersion7(Start)), kind, new PersonId("P9"), new EmploymentId("E"), 1, new RetryBudget(), Start);

    /// <summary>Leavers one after the other, and what the guard makes of them.</summary>
    private sealed class Run(GuardSettings? settings, string? unreadable = null)
    {
        private readonly List<Saga> sagas = [];

        public DateTimeOffset Now { get; set; } = Start;

        public GuardLedger Ledger { get; private set; } = GuardLedger.Open with { Settings = settings, Unreadable = unreadable };

        public List<string> Reasons { get; } = [];

        public IReadOnlyList<Saga> Sagas => sagas;

        public List<string> Held => [.. sagas.Where(s => s.Status is SagaStatus.Held).Select(s => s.PersonId.Value)];

        public Saga Of(string person) => sagas.Last(s => s.PersonId.Value == person);

        public SagaDecision Leave(string person, DateTimeOffset? end = null, string employment = "E")
        {
            var plan = SagaRun.PlanOf(new StageText("contain", "a disable-account")) with { EffectiveAt = end ?? Now };
            var saga = Saga.Of(plan, new SagaId(Guid.CreateVersion7(Now)), SagaKind.Leaver, new PersonId(person), new EmploymentId(employment), 1, new RetryBudget(), Now);
            var (ledger, decision) = MassGuard.After(Ledger, new IntakeDecision(IntakeVerdict.Planned, "Access ends.", Planned: SagaTransitions.Start(saga, Now)), Now);
            Ledger = ledger;
            Reasons.Add(decision.Reason);
            sagas.Add(decision.Planned!.Saga);
            return decision.Planned;
        }

        public void ComeBack(string person) => Take(new IntakeDecision(IntakeVerdict.Applied, "Hired.", PersonOf(person, ends: null)));

        public SagaDecision Move(string person, DateTimeOffset end) => Change(person, new SagaInput.Reschedule(end, "moved", false));

        public void Cancel(string person, PersonRecord? back = null) => Change(person, new SagaInput.Cancel(SagaRun.Somebody), back);

        private SagaDecision Change(string person, SagaInput input, PersonRecord? record = null)
        {
            var index = sagas.FindLastIndex(s => s.PersonId.Value == person);
            var changed = Take(new IntakeDecision(IntakeVerdict.Superseded, "Changed.", record, Changed: [SagaTransitions.Next(sagas[index], input, Now)])).Changed![0];
            Assert.Null(changed.Refusal);
            sagas[index] = changed.Saga;
            return changed;
        }

        public IntakeDecision Take(IntakeDecision decision)
        {
            (Ledger, decision) = MassGuard.After(Ledger, decision, Now);
            return decision;
        }

        public static PersonRecord PersonOf(string person, DateTimeOffset? ends)
            => new() { Id = new PersonId(person), Employments = [new Employment { Id = new EmploymentId("E"), PersonId = new PersonId(person), Version = 2, EndsAt = ends }] };

        public void Release(string person)
        {
            var index = sagas.FindLastIndex(s => s.PersonId.Value == person);
            sagas[index] = SagaTransitions.Next(sagas[index], new SagaInput.Release(HoldReason.Guard, SagaRun.Somebody), Now).Saga;
            var at = Ledger.Transitions.FindIndex(t => t.Saga == sagas[index].Id);
            Ledger = Ledger with { Transitions = Ledger.Transitions.SetItem(at, Ledger.Transitions[at] with { Released = true }) };
        }

        /// <summary>As is done when a step's time has come.</summary>
        public void AskAgain()
        {
            for (var i = 0; i < sagas.Count; i++)
            {
                sagas[i] = MassGuard.Hold(Ledger, sagas[i], Now) is { } hold ? SagaTransitions.Next(sagas[i], new SagaInput.Hold(hold), Now).Saga : sagas[i];
            }
        }

        public void Announce(int size, DateTimeOffset from, DateTimeOffset until) => Ledger = Ledger with { Layoffs = Ledger.Layoffs.Add(new AnnouncedLayoff(1, size, from, until)) };
    }
}
