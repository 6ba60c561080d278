using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

// Theory of operation. Somebody is back when their employments justify access again: hired anew, a termination rescinded, a leave over. Then what has not run is cancelled, and what
// has run is put back by a restore saga, if a policy for that event restores anything; else a person is asked to. Either way the sagas that took the access are marked
// as answered for (ReturnedAt), so that no later return digs them out again.
// - A step that was under way when its saga was cancelled may still report what it took. The restore waits for it: it would not know what to put back.
// - A hire that begins later is looked at again when it begins (NextLook), and so is the end of a leave.
// - Who is hired anew, long after everything was cut, is given access by those who hire, unless a policy restores: that is no case for a person's decision.

/// <summary>Somebody is back, or never leaves.</summary>
internal sealed class Returning(Configuration configuration, SystemActions actions)
{
    /// <summary>How long after a return steps that are under way are asked for again.</summary>
    public static readonly TimeSpan UnderWay = TimeSpan.FromSeconds(2);

    private readonly Leaving leaving = new(configuration, actions);

    /// <summary>Hired, or the termination was rescinded.</summary>
    public IntakeDecision Return(IntakeFacts facts, PersonRecord updated, string what)
    {
        var hr = facts.Event;
        var hired = hr.Type == HrEventTypes.Hired;
        var person = RegistryUpdate.SetPresence(updated, hr, facts.Now, e => e with
        {
            StartsAt = hired ? hr.EffectiveAt : e.StartsAt,
            EndsAt = hired && hr.LastDay is not null ? leaving.Effective(facts, updated).At : null,
            EndReason = null,
            EndUrgent = false,
        });

        // Who is hired anew is not on the leave of before. A rescinded termination says nothing of leave.
        if (hired && !EventOrder.IsStale(person.Employment(hr.EmploymentId)!.Leave, hr, facts.Now))
        {
            person = RegistryUpdate.SetLeave(person, hr, facts.Now, null, null);
        }

        var presence = Presence.Of(person, facts.Now, configuration.Defaults.Bridge);
        var open = facts.Open(SagaKind.Leaver);
        if (!presence.IsJustified || (open is not null && presence.EndsAt == open.EffectiveAt))
        {
            // The same employment, hired anew before it ended: what was to end goes on.
            return open is { Status: SagaStatus.Scheduled } && presence is { IsJustified: false, BackAt: { } back } && back <= open.EffectiveAt + (open.Urgent ? TimeSpan.Zero : configuration.Defaults.Bridge)
                ? new IntakeDecision(IntakeVerdict.Applied, $"{what}, from {AuditTime.Of(back)} on: what had not run was cancelled.", person, Changed: Leaving.Stopped(facts, what, SagaKind.Leaver))
                : new IntakeDecision(IntakeVerdict.Applied, NotYet(what, presence, open), person);
        }

        // An end that is still to come, of another employment or of a contract that has one from the start.
        if (open is not null && presence.EndsAt is { } later && SagaTransitions.Next(open, new SagaInput.Reschedule(later, Basis(presence), open.Urgent), facts.Now) is { Refusal: null } moved)
        {
            return new IntakeDecision(IntakeVerdict.Superseded, $"{what}: saga {open.Id} waits until {AuditTime.Of(later)}.", person, Changed: [moved]);
        }

        var decision = presence.IsOnLeave
            ? new IntakeDecision(IntakeVerdict.Applied, what + "; the person is on leave.", person, Changed: Leaving.Stopped(facts, what, SagaKind.Leaver))
            : Restore(facts, person, what, hr.Type, Leaving.Stopped(facts, what, SagaKind.Leaver, SagaKind.Leave, SagaKind.Drift));
        return presence.EndsAt is { } end && (open is not null || hr.LastDay is not null) ? WithEnd(facts, person, decision, presence, end) : decision;
    }

    /// <summary>The time has come at which access is due back. What began to take it, and has not ended, need not go on.</summary>
    public IntakeDecision Look(IntakeFacts facts, Presence presence)
    {
        var begun = facts.OpenSagas.Where(s => s.Kind is SagaKind.Leaver or SagaKind.Leave or SagaKind.Drift && s.EffectiveAt <= facts.Now).Select(s => s.Kind).ToArray();
        var isReturn = facts.Event.Type is HrEventTypes.Hired or HrEventTypes.TerminationRescinded or HrEventTypes.LeaveEnded;
        if (!isReturn && !(begun.Contains(SagaKind.Leaver) && facts.Person!.Employments.Any(e => WasBroughtBack(e, facts.Now))))
        {
            // An end or a leave was to begin, and does not. Whether anything is owed is asked anew.
            return new IntakeDecision(IntakeVerdict.NoOp, "The person's access goes on.", facts.Person);
        }

        var cause = isReturn ? facts.Event.Type : HrEventTypes.TerminationRescinded;
        var decision = Restore(facts, facts.Person!, "The time has come", cause, Leaving.Stopped(facts, "The person is back", begun));

        // The end of what begins now may have been waiting behind the end of what was before.
        return presence.EndsAt is { } end && facts.Open(SagaKind.Leaver) is var open && (open is null || begun.Contains(SagaKind.Leaver)) ? WithEnd(facts, facts.Person!, decision, presence, end) : decision;
    }

    /// <summary>Puts back what is owed, or says who must.</summary>
    /// <param name="cause">The event type whose policy says how.</param>
    /// <param name="changed">What the return has changed so far.</param>
    public IntakeDecision Restore(IntakeFacts facts, PersonRecord person, string what, string cause, IReadOnlyList<SagaDecision> changed)
    {
        var cuts = Now(facts, changed);
        var ran = cuts.Where(c => c.Saga.IsOver).SelectMany(c => c.Saga.Steps).Count(Took);
        if (ran == 0)
        {
            return new IntakeDecision(IntakeVerdict.Applied, changed.Count == 0 ? what + "." : what + ": what had not run was cancelled.", person, Changed: Answered(facts, cuts, changed));
        }

        var policy = Policy(facts, person, cause);
        if (policy is not null && cuts.Any(IsUnderWay))
        {
            return new IntakeDecision(IntakeVerdict.Applied, what + ": what has run is put back as soon as the steps that are under way have answered.", person, Changed: changed);
        }

        var owed = OwedAccess.Of([.. cuts.Where(c => c.Saga.IsOver)]);
        var answered = Answered(facts, cuts, changed);
        if (policy is not null && RestorePlanner.Plan(configuration, policy, actions, owed, Assignments(facts, person), new EffectiveTime(facts.Now, what)) is { Steps.Count: > 0 } plan)
        {
            var employment = person.Employment(facts.Event.EmploymentId)!;
            var saga = Saga.Of(plan, facts.NewRestore, SagaKind.Restore, person.Id, employment.Id, employment.Version, policy.Retry, facts.Now);
            return new IntakeDecision(
                IntakeVerdict.Planned, $"{what}: what was taken is put back{(plan.NotRestored.Count == 0 ? "" : $", but for {plan.NotRestored.Count} {(plan.NotRestored.Count == 1 ? "step" : "steps")} that cannot be undone")}.", person,
                Changed: answered, Restore: SagaTransitions.Start(saga, facts.Now));
        }

        return cause == HrEventTypes.Hired && changed.Count == 0 && cuts.TrueForAll(HasEnded)
            ? new IntakeDecision(IntakeVerdict.Applied, what + ".", person, Changed: answered)
            : new IntakeDecision(
                IntakeVerdict.Held, $"{what}: what had not run was cancelled, but {ran} steps {(policy is null ? "had run and must be put back by hand" : "ran, or may have, of which nothing can be put back by itself: look")}.", person,
                Changed: answered);
    }

    /// <summary>When access may be due back though no event comes.</summary>
    public static NextLook? NextLook(IntakeFacts facts, PersonRecord person, Presence presence, IReadOnlyList<CutSaga> cuts)
    {
        // Nobody's access rests while they work, whatever brought them back, under this employment or another. But what an end took only a hire or a rescission gives back.
        var owing = cuts.Where(c => c.Saga.IsOver && c.Saga.Steps.Any(Took)).ToList();
        var rested = owing.TrueForAll(c => c.Saga.Kind is not SagaKind.Leaver);
        var isReturn = facts.Event.Type is HrEventTypes.Hired or HrEventTypes.TerminationRescinded;
        var wasBroughtBack = person.Employments.Any(e => WasBroughtBack(e, facts.Now));

        // It went on for as long as the employment that brings the person back was on leave.
        var isCutting = wasBroughtBack && cuts.Any(c => c.Saga is { Kind: SagaKind.Leaver, IsOver: false } saga && saga.EffectiveAt <= facts.Now);
        if (presence is { IsJustified: true, IsOnLeave: false } && (isCutting || (owing.Count > 0 && (rested || isReturn || wasBroughtBack))))
        {
            return new NextLook(
                owing.Exists(IsUnderWay) ? facts.Now + UnderWay : facts.Now,
                isReturn ? facts.Event.Type : rested && !isCutting ? HrEventTypes.LeaveEnded : HrEventTypes.TerminationRescinded);
        }

        return presence switch
        {
            { IsJustified: true, BackFromLeaveAt: { } at } => new NextLook(at, HrEventTypes.LeaveEnded),
            { BackAt: { } at } => new NextLook(at, HrEventTypes.Hired),

            // A return was to come, and something else joined it to now: what is owed is still owed. One whose time has come was looked at, or is overdue.
            _ when person.NextLook is { Cause: not (HrEventTypes.LeaveStarted or HrEventTypes.Terminated) } pending && pending.At > facts.Now && owing.Count > 0 => pending,
            _ => null,
        };
    }

    /// <summary>What is put back is not put back any longer once access ends or rests.</summary>
    public static NextLook? StopAt(IntakeFacts facts, IntakeDecision decision, Presence presence)
        => presence is { IsJustified: true, IsOnLeave: false } && (decision.Restore ?? (object?)facts.Open(SagaKind.Restore)) is not null
            ? new[] { (At: presence.EndsAt, Cause: HrEventTypes.Terminated), (At: presence.LeaveAt, Cause: HrEventTypes.LeaveStarted) }
                .Where(s => s.At is not null).OrderBy(s => s.At).Select(s => new NextLook(s.At!.Value, s.Cause)).FirstOrDefault()
            : null;

    private IntakeDecision WithEnd(IntakeFacts facts, PersonRecord person, IntakeDecision decision, Presence presence, DateTimeOffset end)
    {
        var planned = leaving.Plan(facts, person, presence.Last!, new EffectiveTime(end, Basis(presence)));
        return planned.Saga is { } saga
            ? decision with
            {
                Verdict = decision.Verdict is IntakeVerdict.Held ? decision.Verdict : IntakeVerdict.Scheduled,
                Reason = $"{decision.Reason} Access ends {AuditTime.Of(end)}.",
                Planned = saga,
            }
            : decision with { Verdict = IntakeVerdict.Held, Reason = $"{decision.Reason} Access shall end {AuditTime.Of(end)}, but: {planned.Obstacle}" };
    }

    /// <summary>The sagas that took access, as they are after what was decided so far.</summary>
    public static List<CutSaga> Now(IntakeFacts facts, IReadOnlyList<SagaDecision> changed)
        => [.. facts.Cuts
            .Select(cut => changed.FirstOrDefault(d => d.Saga.Id == cut.Saga.Id) is { } decision ? cut with { Saga = decision.Saga } : cut)
            .Concat(changed.Where(d => facts.Cuts.All(c => c.Saga.Id != d.Saga.Id)).Select(d => new CutSaga(d.Saga, new Dictionary<StepId, IReadOnlyList<AccountSnapshot>>())))
            .Where(c => c.Saga.ReturnedAt is null)];

    /// <summary>What the person works as from now on.</summary>
    private static IReadOnlyList<Assignment?> Assignments(IntakeFacts facts, PersonRecord person) => [.. person.Employments.Where(e => !(e.EndsAt <= facts.Now)).Select(e => e.Assignment)];

    /// <summary>Each saga once: cancelled and answered for is one decision.</summary>
    private static List<SagaDecision> Answered(IntakeFacts facts, List<CutSaga> cuts, IReadOnlyList<SagaDecision> changed)
    {
        var answered = new List<SagaDecision>(changed.Where(d => cuts.All(c => c.Saga.Id != d.Saga.Id)));
        foreach (var cut in cuts)
        {
            var before = changed.FirstOrDefault(d => d.Saga.Id == cut.Saga.Id);
            var after = SagaTransitions.Next(cut.Saga, new SagaInput.Returned(), facts.Now);
            if (before is not null || after.Refusal is null)
            {
                answered.Add(before?.Then(after) ?? after);
            }
        }

        return answered;
    }

    /// <summary>Who is hired anew after that is given access by those who hire. Who never left, or not quite, expects to have it still.</summary>
    private static bool HasEnded(CutSaga cut) => cut.Saga is { Kind: SagaKind.Leaver, Status: SagaStatus.Completed };

    private static bool IsUnderWay(CutSaga cut) => cut.Saga.IsOver && cut.Saga.Steps.Any(s => s.Status is StepStatus.InFlight);

    /// <summary>Without an end, which after a cut only a hire or a rescission can have taken away. What an update alone told of does not count.</summary>
    private static bool WasBroughtBack(Employment employment, DateTimeOffset now)
        => employment.EndsAt is null && employment.Presence.At > DateTimeOffset.MinValue && !(employment.StartsAt > now);

    /// <summary>Of a restore that was stopped, what was not put back.</summary>
    private static bool Took(Step step)
        => step.Action is StepAction.RestoreAccount ? step.Status is not StepStatus.Succeeded : step.MayHaveChanged;

    private Policy? Policy(IntakeFacts facts, PersonRecord person, string cause)
    {
        var employment = person.Employment(facts.Event.EmploymentId);
        var policy = PolicyMatcher.Match(configuration, facts.Event with { Type = cause }, employment?.Assignment)?.Policy;
        return policy is not null && policy.Stages.Any(s => s.Steps.Any(step => step.Action is StepAction.RestoreAccount)) ? policy : null;
    }

    private static string Basis(Presence presence) => $"employment {presence.Last!.Id} is the last to end";

    private static string NotYet(string what, Presence presence, Saga? open)
        => (presence.BackAt, open) switch
        {
            ({ } back, { } saga) => $"{what}, from {AuditTime.Of(back)} on: saga {saga.Id} ends the access before that.",
            ({ } back, null) => $"{what}, from {AuditTime.Of(back)} on.",
            _ => what + ".",
        };
}
