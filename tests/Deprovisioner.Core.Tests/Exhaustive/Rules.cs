using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>What must hold, said anew and without the core's own words for it.</summary>
internal static class Rules
{
    private static readonly SagaKind[] OneAtATime = [SagaKind.Leaver, SagaKind.Leave, SagaKind.Mover, SagaKind.Restore];

    /// <summary>Of a saga that an event opened.</summary>
    public static void Opened(SagaDecision opened, DateTimeOffset now)
    {
        Require(opened is { Refusal: null, Audit.Count: > 0 }, "what is opened is recorded");
        Require(opened.Saga.Status == opened.Saga.Standing(now), "the status is what the steps amount to");
    }

    /// <summary>Of each decision about a saga.</summary>
    public static void Decided(Saga before, SagaDecision decision, object by, DateTimeOffset now)
    {
        var after = decision.Saga;
        if (decision.Refusal is not null)
        {
            Refused(before, decision, by);
            return;
        }

        Require(decision.Audit.Count > 0 || by is SagaInput.Blocked { Reason: null }, "what changed is recorded");
        Require(after.Status == after.Standing(now), "the status is what the steps amount to");
        Require(!before.IsOver || after.IsOver, "what is over stays so");
        Require(after.IsOver == after.CompletedAt.HasValue, "it has an end if and only if it is over");
        Require((after.Status is SagaStatus.Completed) == (before.Status is not SagaStatus.Cancelled && after.Status is not SagaStatus.Cancelled && after.Steps.All(s => s.Status is StepStatus.Succeeded or StepStatus.Cancelled)), "completed if and only if every step succeeded or is not needed");
        foreach (var (one, other) in before.Steps.Zip(after.Steps))
        {
            Require(one == other || decision.Changed.Contains(other.Id), "what changed is named");
            Require(!one.IsSettled || other.IsSettled || by is SagaInput.Replay || (one.Outcome is Outcome.Observed && by is HrEvent { Type: HrEventTypes.Terminated }), "what is settled stays so, unless it is replayed, or was only observed and is asked for again");
            Require(
                other.Status is not StepStatus.Succeeded || one.Status is StepStatus.Succeeded || by is SagaInput.Resolve or SagaInput.Verify
                    or SagaInput.Reported { Report.Outcome: Outcome.Changed or Outcome.Already or Outcome.Absent or Outcome.Observed },
                "nothing succeeds but by its system's word or a person's");
            Require(one.Sends == other.Sends, "only who sends counts what was sent");
        }
    }

    /// <summary>Of each look at a person whose time has come.</summary>
    public static void Looked(Node before, Node after) => Require(before.Key() != after.Key(), "a look that is due leads on, and is not due for ever");

    public static void Refused(Saga before, SagaDecision decision, object by)
        => Require(ReferenceEquals(before, decision.Saga) && decision is { Refusal: not null, Changed.Count: 0, Audit.Count: 0, Notices.Count: 0 }, $"what is refused changes nothing, and this is: {by}");

    /// <summary>Of each step when it is sent.</summary>
    public static void Sent(Node node, Saga saga, Step step)
    {
        Require(saga.Holds.IsEmpty && !saga.IsOver, "nothing of a held saga is sent");
        Require(saga.Stages.Take(step.Stage + 1).All(s => !s.ApprovalRequired || s.Approved), "nothing is sent before every stage up to its own is approved");
        Require(node.Now >= saga.EffectiveAt, "nothing is sent before its time");
        Require(
            saga.Steps.All(s => s.Stage >= step.Stage || s.Deferred || s.Status is not (StepStatus.Due or StepStatus.InFlight)),
            "a stage opens once each step of those before it is settled, was tried in vain, or waits for such a one");
        if (PlannedStep.Destroys(step.Action))
        {
            DestroysLast(saga, step);
        }

        if (saga.Kind is SagaKind.Leaver or SagaKind.Leave && !node.Asked && !node.Decided)
        {
            var expected = Expectation.At(node.Case.InOrder(node.Arrived), node.Now);
            Require(expected is not Expected.Whole && (expected is Expected.Gone || saga.Kind is SagaKind.Leave), $"nobody is cut off whose access is {expected}");
        }
    }

    /// <summary>Of each state.</summary>
    public static void Stands(Node node)
    {
        foreach (var kind in OneAtATime)
        {
            Require(node.Open.Count(s => s.Kind == kind) <= 1, $"one {kind} saga at a time");
        }

        foreach (var saga in node.Sagas)
        {
            Require(saga.Status is not SagaStatus.Cancelled || saga.Steps.All(s => s.IsSettled || s.Status is StepStatus.InFlight), "of what is cancelled nothing waits or is due");
            Require(saga.Holds.IsEmpty || saga.Steps.All(s => s.Status is not StepStatus.Due), "of what is held nothing is due");
            foreach (var step in saga.Steps)
            {
                Require((step.Status is StepStatus.Due) == step.DueAt.HasValue, "a time to be sent if and only if due");
                Require(step.IsSettled == step.SettledAt.HasValue, "a time of settling if and only if settled");
                if (step.Status is StepStatus.Due && PlannedStep.Destroys(step.Action))
                {
                    DestroysLast(saga, step);
                }
            }
        }
    }

    /// <summary>Of a node in which nothing moves by itself any more.</summary>
    public static void Rests(Node node)
    {
        var asksAPerson = node.Asked || node.Decided || node.Open.Any(s => s.Status is SagaStatus.Held or SagaStatus.NeedsAttention || s.Steps.Any(step => step.Status is StepStatus.OpenTask));
        Require(asksAPerson || !node.Open.Any(), "no dead end: what does not go on by itself is over, or asks a person");
        if (asksAPerson)
        {
            return;
        }

        var expected = Expectation.At(node.Case.InOrder(node.Arrived), node.Now);
        var taken = new[] { node.A, node.B }.Count(a => a is Account.OffByUs or Account.Deleted);

        // Who was cut off and is hired anew is given access by those who hire, where no step of ours could say what it took.
        var events = node.Case.InOrder(node.Arrived).ToList();
        var wasHiredAnew = events.Exists(e => e is Told.Hired or Told.HiredElsewhere) && events.Exists(e => e is Told.Terminated or Told.TerminatedLater or Told.NewEnd);
        var isLost = node.Unrecorded || node.A is Account.Deleted || node.B is Account.Deleted;
        var left = (node.A is Account.On ? 1 : 0) + (expected is Expected.Gone && node.Case.Leaver is not Leavers.Manual && node.B is Account.On ? 1 : 0);
        Require(expected is not Expected.Whole || taken == 0 || node.ToldOfLoss || node.Observed || (wasHiredAnew && isLost), "nobody who works here is left without what we took, or without a word about it");
        Require(expected is Expected.Whole || left == 0 || node.Observed, $"access that is {expected} does not stay");
    }

    private static void DestroysLast(Saga saga, Step step)
    {
        Require(!saga.LegalHold, "nothing destroys under a legal hold");
        Require(saga.Holds.IsEmpty, "nothing destroys while it is held");
        Require(saga.Steps.Take(step.Ordinal).All(s => s.Status is StepStatus.Succeeded), "nothing destroys before all before it succeeded");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new BrokenRuleException(what);
        }
    }
}

/// <summary>A rule does not hold; the walk adds how it came to that.</summary>
internal sealed class BrokenRuleException(string what) : Exception(what);
