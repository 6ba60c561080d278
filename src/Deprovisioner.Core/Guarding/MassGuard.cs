using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Guarding;

/// <summary>Asks the guard where somebody is about to lose access.</summary>
public static class MassGuard
{
    /// <summary>After an event was decided: the leaver that it plans, and those whose end it moves, are counted; whoever does not pass is held.</summary>
    public static (GuardLedger Ledger, IntakeDecision Decision) After(GuardLedger ledger, IntakeDecision decision, DateTimeOffset now)
    {
        ledger = ledger.Without(decision);
        var changed = new List<SagaDecision>();
        foreach (var one in decision.Changed ?? [])
        {
            if (Counts(one.Saga) && one.Saga.Status is not SagaStatus.Held)
            {
                ledger = ledger.With(one.Saga);
                changed.Add(Held(ledger, one, now));
            }
            else
            {
                changed.Add(one);
            }
        }

        decision = decision.Changed is null ? decision : decision with { Changed = changed };
        if (decision.Planned is not { } planned || !Counts(planned.Saga))
        {
            return (ledger, decision);
        }

        ledger = ledger.With(planned.Saga);
        var asked = Held(ledger, planned, now);
        return (ledger, ReferenceEquals(asked, planned) ? decision : decision with { Planned = asked, Reason = $"{decision.Reason} Held: {asked.Saga.Holds[^1].Detail}" });
    }

    /// <summary>The hold that follows for a saga now; null where it passes.</summary>
    public static SagaHold? Hold(GuardLedger ledger, Saga saga, DateTimeOffset now)
        => Counts(saga) && ledger.Ask(saga) is { Passes: false } answer ? new SagaHold(HoldReason.Guard, answer.Detail, now) : null;

    /// <summary>Only leavers lose access for good; what is over cannot be stopped any more.</summary>
    public static bool Counts(Saga saga) => saga.Kind is SagaKind.Leaver && !saga.IsOver;

    private static SagaDecision Held(GuardLedger ledger, SagaDecision planned, DateTimeOffset now)
        => Hold(ledger, planned.Saga, now) is { } hold ? planned.Then(SagaTransitions.Next(planned.Saga, new SagaInput.Hold(hold), now)) : planned;
}
