using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Drift;

/// <summary>Everything that a decision about access that is there again may depend on.</summary>
/// <param name="Person">The person as the registry has them now.</param>
/// <param name="Sagas">The person's leaver and drift sagas; others do not matter.</param>
/// <param name="Found">Answers of steps that would change something.</param>
/// <param name="NewSaga">The id for a saga, if one follows.</param>
/// <param name="Now">UTC.</param>
public sealed record DriftFacts(PersonRecord Person, IReadOnlyList<Saga> Sagas, IReadOnlyList<Probe> Found, DriftSurge Surge, SagaId NewSaga, DateTimeOffset Now);

/// <summary>Access that was cut is there again: what follows.</summary>
internal sealed class DriftIntake(Configuration configuration, SystemActions actions)
{
    /// <summary>Decided by what is so now, and not by what was so when the step was asked: meanwhile the person may be back, or another saga at it.</summary>
    public IntakeDecision Decide(DriftFacts facts)
    {
        var (cut, why) = CutAccess.Of(facts.Sagas);
        if (configuration.Drift is not { } settings || cut is null)
        {
            return new(IntakeVerdict.NoOp, cut is null ? why : "Drift is off.");
        }

        if (Presence.Of(facts.Person, facts.Now, configuration.Defaults.Bridge).IsJustified)
        {
            return new(IntakeVerdict.NoOp, "The person works here: their access is not touched.");
        }

        var found = cut.Steps.Where(s => IsEnforced(s.System) && facts.Found.Any(p => p.Step == s.Id && p.Outcome is Outcome.Observed && p.AnsweredAt > cut.Since)).ToList();
        if (found.Count == 0)
        {
            return new(IntakeVerdict.NoOp, "What was found is older than the last cut, or is not read any more: it is asked again.");
        }

        var plan = DriftPlanner.Plan(configuration, actions, cut, found, facts.Now);
        if (plan.Steps.Count == 0)
        {
            return new(IntakeVerdict.NoOp, $"Access is there again on {string.Join(", ", found.Select(s => s.System).Distinct())}, which cannot disable it: somebody must look.");
        }

        var employment = facts.Person.Employment(cut.Leaver.EmploymentId);
        var saga = Saga.Of(plan, facts.NewSaga, SagaKind.Drift, facts.Person.Id, cut.Leaver.EmploymentId, Math.Max(cut.Leaver.Fence, employment?.Version ?? 0), cut.Leaver.Retry, facts.Now);
        var holds = new[] { facts.Surge.Hold(facts.Now), settings.Then is DriftAnswer.Hold ? Asked(facts.Now) : null }.OfType<SagaHold>().ToList();
        var planned = holds.Aggregate(SagaTransitions.Start(saga, facts.Now), (decision, hold) => decision.Then(SagaTransitions.Next(decision.Saga, new SagaInput.Hold(hold), facts.Now)));
        return new(
            holds.Count > 0 ? IntakeVerdict.Held : IntakeVerdict.Planned,
            $"{char.ToUpperInvariant(plan.EffectiveBasis[0])}{plan.EffectiveBasis[1..]}.{string.Concat(holds.Select(h => $" Held: {h.Detail}"))}",
            Planned: planned);
    }

    /// <summary>Whoever belongs here is not cut off by what was found before: an open drift saga ends.</summary>
    public static IntakeDecision Stopped(IntakeFacts facts, IntakeDecision decision, Presence presence)
        => presence.IsJustified && decision.Changed?.Any(c => c.Saga.Kind is SagaKind.Drift) != true && Leaving.Stopped(facts, "The person is back", SagaKind.Drift) is { Count: > 0 } stopped
            ? decision with { Changed = [.. decision.Changed ?? [], .. stopped] }
            : decision;

    private static SagaHold Asked(DateTimeOffset now) => new(HoldReason.Drift, "Access is there again, and the configuration wants a person to look before it is cut.", now);

    private bool IsEnforced(SystemName system) => configuration.Systems.Any(s => s.Name == system && !s.Observe);
}
