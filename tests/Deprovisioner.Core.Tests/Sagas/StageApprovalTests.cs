using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>Agreement to a stage, and what is asked about before it is sent.</summary>
public sealed class StageApprovalTests
{
    private static readonly StageText Contain = new("contain", "a disable-account");
    private static readonly StageText Retire = new("retire", "a delete-account") { Approval = true, After = TimeSpan.FromDays(30) };
    private static readonly KnownAccount[] Known = [new(new SystemName("a"), "u-1"), new(new SystemName("b"), "elsewhere")];
    private static readonly Act Boss = new("boss@example.test", "agreed");

    [Fact]
    public void An_approved_stage_opens_at_its_time_and_is_asked_about_first()
    {
        var run = SagaRun.Of(Contain, Retire).Done("a disable-account");
        Assert.Equal(SagaStatus.Held, run.Saga.Status);
        Assert.Null(Approve(run, Hash(run, Known)).Refusal);
        var step = run.Step("a delete-account");
        Assert.Equal((StepStatus.Due, SagaRun.End + TimeSpan.FromDays(30), true), (step.Status, step.DueAt, step.AskFirst));
        Assert.Equal($$"""{"stage":"retire","hash":"{{Hash(run, Known)}}","who":"boss@example.test","why":"agreed"}""", run.Audit[^1].Facts.ToJsonString());
        Assert.Equal("The stage retire is approved already.", Approve(run, Hash(run, Known), stage: "retire").Refusal);
    }

    [Fact]
    public void It_is_refused_for_another_plan_or_other_accounts_and_told_what_is_so_now()
    {
        var run = SagaRun.Of(Contain, Retire).Done("a disable-account");
        Assert.Contains("Now plan", Approve(run, run.Saga.PlanHash).Refusal, StringComparison.Ordinal);
        var refusal = Approve(run, Hash(run, [new(new SystemName("a"), "u-2")])).Refusal!;
        Assert.Contains("a u-1", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", refusal, StringComparison.Ordinal);
        Assert.Contains(Hash(run, Known), refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_asked_does_not_approve()
    {
        var run = SagaRun.Of(Contain, Retire);
        Assert.Contains("another person must", Approve(run, Hash(run, Known), asked: ["somebody", "Boss@example.test"]).Refusal, StringComparison.Ordinal);
        Assert.False(run.Saga.Stages[1].Approved);
    }

    [Fact]
    public void Only_a_stage_that_waits_for_it_is_approved()
    {
        var run = SagaRun.Of(Contain);
        Assert.Equal("No such stage waits for an approval.", Approve(run, "x").Refusal);
        var over = SagaRun.Of(Contain, Retire);
        over.Cancel();
        Assert.Equal("The saga is cancelled already.", Approve(over, Hash(over, Known)).Refusal);
    }

    [Fact]
    public void An_approval_lapses_if_the_accounts_changed_before_the_stage_began()
    {
        var run = SagaRun.Of(Contain, Retire).Done("a disable-account");
        Approve(run, Hash(run, Known));
        Assert.NotNull(run.Next(new SagaInput.Lapse([Known[0], new(new SystemName("b"), "other")])).Refusal);
        run.Now = SagaRun.End + TimeSpan.FromDays(30);
        Assert.Null(run.Next(new SagaInput.Lapse([.. Known, new(new SystemName("a"), "u-2")])).Refusal);
        Assert.Equal((StepStatus.Waiting, SagaStatus.Held, false), (run.Step("a delete-account").Status, run.Saga.Status, run.Saga.Stages[1].Approved));
        Assert.Equal(["approval-lapsed", "saga-held"], run.Recorded.TakeLast(2));
        Assert.NotNull(run.Next(new SagaInput.Clear()).Refusal);
    }

    [Fact]
    public void What_has_begun_does_not_lapse()
    {
        var run = SagaRun.Of(Contain, Retire with { After = TimeSpan.Zero }).Done("a disable-account");
        Approve(run, Hash(run, Known));
        run.Send("a delete-account");
        Assert.NotNull(run.Next(new SagaInput.Lapse([])).Refusal);
    }

    [Fact]
    public void What_destroys_was_replayed_or_became_due_for_later_is_asked_about_first_and_nothing_else()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "b disable-account"), new StageText("retire", "a delete-account"));
        Assert.False(run.Step("a disable-account").AskFirst);
        run.Do(Outcome.Rejected, "b disable-account").Done("a disable-account");
        run.Replay("b disable-account");
        Assert.True(run.Step("b disable-account").AskFirst);
        run.Done("b disable-account");
        Assert.True(run.Step("a delete-account") is { Status: StepStatus.Due, AskFirst: true });
        Assert.Null(run.Next(new SagaInput.Clear()).Refusal);
        Assert.False(run.Step("a delete-account").AskFirst);
        var scheduled = SagaRun.Of(SagaRun.End - TimeSpan.FromDays(1), new RetryBudget(), Contain);
        Assert.True(scheduled.Step("a disable-account").AskFirst);
        Assert.NotNull(scheduled.Next(new SagaInput.Clear()).Refusal);
    }

    [Fact]
    public void The_hash_is_of_plan_stage_and_accounts()
    {
        var hashes = new[]
        {
            StageApproval.HashOf("p", "retire", [new("a")], Known), StageApproval.HashOf("q", "retire", [new("a")], Known), StageApproval.HashOf("p", "handover", [new("a")], Known),
            StageApproval.HashOf("p", "retire", [new("a")], []), StageApproval.HashOf("p", "retire", [new("a"), new("b")], Known),
        };
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(hashes[0], StageApproval.HashOf("p", "retire", [new("a"), new("a")], [.. Known.Reverse()]));
    }

    [Fact]
    public void Of_two_stages_each_is_approved_by_itself_by_name_or_in_order()
    {
        var run = Two();
        Assert.Null(Approve(run, HashOf(run, "retire", "b"), stage: "retire").Refusal);
        Assert.Equal([false, true], run.Saga.Stages.Skip(1).Select(s => s.Approved));

        run = Two();
        Assert.Null(Approve(run, HashOf(run, "revoke", "a")).Refusal);
        Assert.Null(Approve(run, HashOf(run, "retire", "b")).Refusal);
        Assert.Equal([true, true], run.Saga.Stages.Skip(1).Select(s => s.Approved));
    }

    [Fact]
    public void Only_the_stage_whose_accounts_changed_lapses_and_what_is_due_before_it_stays_due()
    {
        var run = Two();
        Approve(run, HashOf(run, "revoke", "a"));
        Approve(run, HashOf(run, "retire", "b"));
        run.Done("a disable-account");
        Assert.Null(run.Next(new SagaInput.Lapse([Known[0], new(new SystemName("b"), "another")])).Refusal);
        Assert.Equal([true, false], run.Saga.Stages.Skip(1).Select(s => s.Approved));
        Assert.Equal([true, false], run.Saga.Stages.Skip(1).Select(s => s.ApprovedHash is not null));
        Assert.Equal("succeeded due waiting", run.Statuses);
        Assert.Single(run.Recorded, "approval-lapsed");
    }

    [Fact]
    public void What_was_agreed_to_for_no_accounts_or_has_begun_in_part_or_is_over_does_not_lapse()
    {
        Assert.NotNull(SagaRun.Of(Contain, Retire with { Approved = true }).Next(new SagaInput.Lapse([])).Refusal);

        var part = SagaRun.Of(Contain, new StageText("revoke", "a remove-entitlements", "b remove-entitlements") { Approval = true }).Done("a disable-account");
        Approve(part, StageApproval.HashOf(part.Saga.PlanHash, "revoke", [new("a"), new("b")], Known));
        part.Send("b remove-entitlements");
        Assert.NotNull(part.Next(new SagaInput.Lapse([])).Refusal);

        var over = SagaRun.Of(Contain, Retire);
        Approve(over, Hash(over, Known));
        over.Cancel();
        Assert.NotNull(over.Next(new SagaInput.Lapse([])).Refusal);
    }

    [Fact]
    public void An_approved_step_that_destroys_nothing_is_asked_about_first_too()
    {
        var run = SagaRun.Of(Contain, new StageText("revoke", "a remove-entitlements") { Approval = true }).Done("a disable-account");
        Approve(run, HashOf(run, "revoke", "a"));
        Assert.True(run.Step("a remove-entitlements") is { Status: StepStatus.Due, AskFirst: true });
    }

    [Fact]
    public void Only_what_waits_to_be_asked_about_is_cleared()
    {
        var run = SagaRun.Of(new StageText("contain", "a disable-account", "b disable-account"), new StageText("retire", "c delete-account")).Done("a disable-account");
        Assert.NotNull(run.Next(new SagaInput.Clear()).Refusal);
        run.Do(Outcome.Rejected, "b disable-account").Replay("b disable-account");
        Assert.Equal(["b"], run.Next(new SagaInput.Clear()).Changed.Select(id => run.Saga.Steps.Single(s => s.Id == id).System.Value));
    }

    [Fact]
    public void The_same_account_id_on_another_system_is_another_account_and_one_told_of_twice_is_one()
    {
        SystemName[] both = [new("a"), new("b")];
        Assert.NotEqual(StageApproval.HashOf("p", "retire", both, [new(both[0], "u")]), StageApproval.HashOf("p", "retire", both, [new(both[1], "u")]));
        Assert.Equal(StageApproval.HashOf("p", "retire", both, [new(both[0], "u")]), StageApproval.HashOf("p", "retire", both, [new(both[0], "u"), new(both[0], "u")]));
    }

    /// <summary>Two stages that ask, on a system each.</summary>
    private static SagaRun Two() => SagaRun.Of(Contain, new StageText("revoke", "a remove-entitlements") { Approval = true }, new StageText("retire", "b delete-account") { Approval = true });

    private static string HashOf(SagaRun run, string stage, string system) => StageApproval.HashOf(run.Saga.PlanHash, stage, [new(system)], Known);

    private static string Hash(SagaRun run, IReadOnlyList<KnownAccount> accounts) => StageApproval.HashOf(run.Saga.PlanHash, "retire", [new("a")], accounts);

    private static SagaDecision Approve(SagaRun run, string hash, string? stage = null, params string[] asked)
        => run.Next(new SagaInput.Approve(stage, hash, Known, asked, Boss));
}
