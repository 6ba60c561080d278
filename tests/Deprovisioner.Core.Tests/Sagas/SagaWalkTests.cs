using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>
/// Walks every state that a small saga can reach: each due step sent or blocked, each lease run out, each outcome of each attempt, sent or not, reported at any time and again, each step
/// resolved or replayed, a legal hold set and lifted, the saga cancelled. Bounded by two attempts at a step of one system and one of the other. What a step's outcome was called is left out of a state, since nothing
/// but the status follows from it, and so is the number of failures, since two spend no budget.
/// </summary>
public sealed class SagaWalkTests(ITestOutputHelper output)
{
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();
    private static readonly DateTimeOffset Now = SagaRun.End;

    private readonly Dictionary<ulong, Saga> known = [];
    private readonly Queue<Saga> ahead = [];
    private long decisions;

    [Fact]
    public void In_every_state_that_a_small_saga_can_reach_what_must_hold_holds()
    {
        var planned = SagaRun.Planned(
            Now,
            new RetryBudget(),
            new StageText("contain", "a disable-account", "b disable-account", "a revoke-sessions", "b manual-task"),
            new StageText("retire", "a delete-account", "b remove-entitlements"));
        Reached(planned, SagaTransitions.Start(planned, Now).Saga, "start");
        while (ahead.TryDequeue(out var saga))
        {
            Leave(saga);
        }

        output.WriteLine($"{known.Count} states, {decisions} decisions");
        Assert.True(known.Count > 5_000, $"Only {known.Count} states: the walk does not get far.");
        Assert.Equal(Enum.GetValues<SagaStatus>().Except([SagaStatus.Scheduled]), known.Values.Select(s => s.Status).Distinct().Order());
    }

    private void Leave(Saga saga)
    {
        foreach (var step in saga.Steps)
        {
            switch (step.Status)
            {
                case StepStatus.Due when step.Sends < MostSends(step) && !DestructionHold.Keeps(saga, step): // The claim asks too.
                    Dispatched(saga, step with { Status = StepStatus.InFlight, Sends = step.Sends + 1, DueAt = null });
                    break;
                case StepStatus.InFlight:
                    Dispatched(saga, saga.Status is SagaStatus.Cancelled
                        ? step with { Status = StepStatus.Cancelled, SettledAt = Now }
                        : step with { Status = StepStatus.Due, DueAt = Now });
                    break;
                default:
                    break;
            }

            for (var attempt = 0; attempt <= step.Sends + 1; attempt++)
            {
                foreach (var outcome in Outcomes)
                {
                    var report = new StepReport { SagaId = saga.Id, StepId = step.Id, Attempt = attempt, Outcome = outcome, StartedAt = Now, FinishedAt = Now };
                    Decided(saga, new SagaInput.Reported(report));
                }
            }

            Decided(saga, new SagaInput.Blocked([step.Id], "down"));
            if (step.Status is StepStatus.OpenTask or StepStatus.Failed)
            {
                Decided(saga, new SagaInput.Resolve(step.Id, "seen", SagaRun.Somebody));
            }

            if (step.Sends < MostSends(step))
            {
                Decided(saga, new SagaInput.Replay(step.Id, SagaRun.Somebody));
            }
        }

        Decided(saga, new SagaInput.LegalHold(!saga.LegalHold, SagaRun.Somebody));
        Decided(saga, new SagaInput.Cancel(SagaRun.Somebody));
    }

    private void Dispatched(Saga saga, Step step) => Reached(saga, saga with { Steps = saga.Steps.SetItem(step.Ordinal, step) }, step.Status);

    private void Decided(Saga saga, SagaInput input)
    {
        var decision = SagaTransitions.Next(saga, input, Now);
        decisions++;
        if (decision.Refusal is not null)
        {
            Require(ReferenceEquals(saga, decision.Saga) && decision is { Changed.Count: 0, Audit.Count: 0, Notices.Count: 0 }, saga, decision.Saga, input, "a refused input changes nothing");
            return;
        }

        foreach (var (before, after) in saga.Steps.Zip(decision.Saga.Steps))
        {
            Require(before == after || decision.Changed.Contains(after.Id), saga, decision.Saga, input, "what changed is named");
            Require(!before.IsSettled || after.IsSettled || input is SagaInput.Replay, saga, decision.Saga, input, "what is settled stays so unless it is replayed");
            Require(before.Status is not StepStatus.Succeeded || after.Status is StepStatus.Succeeded, saga, decision.Saga, input, "what succeeded stays so");
            Require(
                after.Status is not StepStatus.Succeeded || before.Status is StepStatus.Succeeded || input is SagaInput.Resolve
                    or SagaInput.Reported { Report.Outcome: Outcome.Changed or Outcome.Already or Outcome.Absent or Outcome.Observed },
                saga, decision.Saga, input, "nothing succeeds but by its system's word or a person's");
        }

        Require(
            decision.Saga.Steps.All(s => s.Status is not StepStatus.Due || !DestructionHold.Keeps(decision.Saga, s)),
            saga, decision.Saga, input, "nothing that destroys is due under a legal hold");
        Require(!saga.IsOver || decision.Saga.IsOver, saga, decision.Saga, input, "what is over stays so");
        Require(decision.Saga.Status == decision.Saga.Standing(Now), saga, decision.Saga, input, "the status is what the steps amount to");
        Reached(saga, decision.Saga, input);
    }

    private void Reached(Saga from, Saga saga, object by)
    {
        if (!known.TryAdd(Key(saga), saga))
        {
            return;
        }

        ahead.Enqueue(saga);
        Require(saga.IsOver == saga.CompletedAt.HasValue, from, saga, by, "it has an end if and only if it is over");
        Require(saga.Status is not SagaStatus.Cancelled || saga.Steps.All(s => s.IsSettled || s.Status is StepStatus.InFlight), from, saga, by, "of what is cancelled nothing waits or is due");
        Require(saga.IsOver || saga.LegalHold || saga.Steps.Any(s => s.Status is not (StepStatus.Waiting or StepStatus.Succeeded)), from, saga, by, "something can still happen to what is not over");
        foreach (var step in saga.Steps)
        {
            Require((step.Status is StepStatus.Due) == step.DueAt.HasValue, from, saga, by, "a time to be sent if and only if due");
            Require(step.IsSettled == step.SettledAt.HasValue, from, saga, by, "a time of settling if and only if settled");
            if (step.Status is StepStatus.Due or StepStatus.InFlight && PlannedStep.Destroys(step.Action))
            {
                Require(saga.Steps.Take(step.Ordinal).All(s => s.Stage == step.Stage || s.Status is StepStatus.Succeeded), from, saga, by, "nothing destroys before all before it succeeded");
            }

            if (step.Status is StepStatus.Waiting && !PlannedStep.Destroys(step.Action))
            {
                Require(
                    saga.Steps.Any(s => s.Ordinal < step.Ordinal && s.System == step.System && !s.IsSettled && s.Status is not StepStatus.OpenTask)
                        || saga.Steps.Any(s => s.Stage < step.Stage && s is { Status: StepStatus.Due or StepStatus.InFlight, Deferred: false }),
                    from, saga, by, "a step waits for its own system, or for what was not tried yet, and for nothing else");
            }
        }
    }

    private static void Require(bool holds, Saga from, Saga saga, object by, string what)
    {
        if (!holds)
        {
            Assert.Fail($"Broken: {what}.\nby {by}\nfrom {Words(from)}\nto   {Words(saga)}");
        }
    }

    private static int MostSends(Step step) => step.System.Value == "a" ? 2 : 1;

    private static string Words(Saga saga)
        => $"{saga.Status}: " + string.Join("; ", saga.Steps.Select(s => $"{s.System} {s.Action} {s.Status} sent {s.Sends} failed {s.Failures}{(s.Deferred ? " deferred" : "")}"));

    private static ulong Key(Saga saga)
    {
        var key = (saga.Status is SagaStatus.Cancelled ? 1UL : 0UL) | (saga.LegalHold && !saga.IsOver ? 2UL : 0UL);
        foreach (var step in saga.Steps)
        {
            key = (key << 3) | (ulong)step.Status;

            // Of what is settled every report is refused, and only a failed one can be sent again.
            key = (key << 2) | (step.Status is StepStatus.Succeeded or StepStatus.Cancelled ? 0 : (ulong)step.Sends);
            key = (key << 1) | (!step.IsSettled && step.Deferred ? 1UL : 0UL);
        }

        return key;
    }
}
