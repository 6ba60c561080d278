using System.Collections.Immutable;
using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>Everything at one instant: the registry, the sagas with what storage keeps for them, the systems, and what may still happen.</summary>
internal sealed record Node(SmallCase Case)
{
    public required PersonRecord Person { get; init; }

    public ImmutableArray<Saga> Sagas { get; init; } = [];

    public ImmutableDictionary<StepId, IReadOnlyList<AccountSnapshot>> Found { get; init; } = ImmutableDictionary<StepId, IReadOnlyList<AccountSnapshot>>.Empty;

    public Account A { get; init; }

    public Account B { get; init; }

    /// <summary>Attempts that did what they were sent for, and whose report may still come though their lease ran out.</summary>
    public ImmutableHashSet<StepId> Unreported { get; init; } = [];

    public DateTimeOffset Now { get; init; } = SmallCase.Today;

    /// <summary>How many events have come.</summary>
    public int Arrived { get; init; }

    /// <summary>How often something was other than hoped for, of those that the walk allows.</summary>
    public int Surprises { get; init; }

    /// <summary>How often the operator has acted.</summary>
    public int Acts { get; init; }

    /// <summary>Whether the operator decided what becomes of somebody's access: then the model has nothing to say.</summary>
    public bool Decided { get; init; }

    /// <summary>Whether an event was held for a person.</summary>
    public bool Asked { get; init; }

    /// <summary>Whether a step was only observed.</summary>
    public bool Observed { get; init; }

    /// <summary>Whether a step did what it was sent for, and its answer did not say how it was before.</summary>
    public bool Unrecorded { get; init; }

    /// <summary>Whether a person was told of something that cannot be put back.</summary>
    public bool ToldOfLoss { get; init; }

    /// <summary>Whether another account of the person became known.</summary>
    public bool MoreAccounts { get; init; }

    /// <summary>Not in the key: what it gives follows from how many sagas there were.</summary>
    public int Ids { get; init; }

    public IEnumerable<Saga> Open => Sagas.Where(s => !s.IsOver);

    public IReadOnlyList<KnownAccount> Accounts
        => MoreAccounts ? [new(SmallCase.A, "a1"), new(SmallCase.B, "b1"), new(SmallCase.B, "b2"), new(SmallCase.A, "a2")] : [new(SmallCase.A, "a1"), new(SmallCase.B, "b1")];

    public Account this[SystemName system] => system == SmallCase.A ? A : B;

    public Node With(SystemName system, Account account) => system == SmallCase.A ? this with { A = account } : system == SmallCase.B ? this with { B = account } : this;

    public Node With(Saga saga)
    {
        var index = -1;
        for (var i = 0; i < Sagas.Length; i++)
        {
            index = Sagas[i].Id == saga.Id ? i : index;
        }

        return this with { Sagas = index < 0 ? Sagas.Add(saga) : Sagas.SetItem(index, saga) };
    }

    public Node With(Saga saga, Step step) => With(saga with { Steps = saga.Steps.SetItem(step.Ordinal, step) });

    /// <summary>What can never matter again is forgotten: a saga that was answered for, and that nobody has to answer.</summary>
    public Node Forgetful()
        => Sagas.Any(IsForgotten) ? this with { Sagas = Sagas.RemoveAll(s => IsForgotten(s)) } : this;

    private static bool IsForgotten(Saga saga)
        => saga.IsOver && (saga.ReturnedAt is not null || saga.Kind is SagaKind.Mover || saga is { Kind: SagaKind.Restore, Status: SagaStatus.Completed })
            && saga.Steps.All(s => s.Status is StepStatus.Succeeded or StepStatus.Cancelled);

    /// <summary>
    /// Two nodes with the same key have the same future. Of instants only their order to the walk's moments and to now is written, since that is what decisions ask; minutes decide
    /// nothing here, nor does the retry budget (days), which is crossed only from one moment to the next.
    /// </summary>
    public string Key()
    {
        var key = new StringBuilder(128);
        Write(key, Arrived + (4 * Surprises) + (16 * Acts) + (64 * Bits(Decided, Asked, Observed, Unrecorded, ToldOfLoss, MoreAccounts, Person.LegalHold?.IsSet == true)));
        Write(key, (int)A + (8 * (int)B) + (64 * Moment(Now)));
        foreach (var employment in Person.Employments)
        {
            key.Append(employment.Id.Value);
            Write(key, At(employment.StartsAt) + (8 * At(employment.EndsAt)) + (64 * At(employment.LeaveFrom)) + (512 * At(employment.LeaveUntil)) + (4096 * Bits(employment.Assignment?.Department is "Sales", employment.Relinquished)));
            foreach (var mark in new[] { employment.Presence, employment.Leave, employment.Attributes })
            {
                Write(key, (int)mark.Sequences.GetValueOrDefault("/hris", 0));
            }
        }

        key.Append(Person.NextLook?.Cause);
        Write(key, At(Person.NextLook?.At));
        foreach (var saga in Sagas)
        {
            Write(key, saga);
        }

        return key.ToString();
    }

    private void Write(StringBuilder key, Saga saga)
    {
        Write(key, (int)saga.Kind + (8 * (int)saga.Status) + (64 * Bits(saga.LegalHold && !saga.IsOver, saga.ProtectionReleased, saga.ReturnedAt is not null, saga.EmploymentId.Value == "E2", saga.Urgent)));
        Write(key, At(saga.EffectiveAt) + (8 * saga.Steps.Length) + (64 * Bits([.. Enum.GetValues<HoldReason>().Select(r => saga.Holds.Any(h => h.Reason == r))])));
        foreach (var stage in saga.Stages)
        {
            Write(key, Bits(stage.Approved, stage.DeadlineMissedAt is not null));
        }

        foreach (var step in saga.Steps)
        {
            var isDone = step.Status is StepStatus.Succeeded or StepStatus.Cancelled;
            Write(key, (int)step.Status + (8 * Bits(step.MayHaveChanged, step.Outcome is Outcome.Observed, Found.ContainsKey(step.Id), !step.IsSettled && step.Deferred, step.Status is StepStatus.Due && step.AskFirst, step.Task?.DoneBy is not null, step.Task?.OverdueTold == true)));
            Write(key, isDone ? 0 : Math.Min(step.Sends, 3) + (4 * Math.Min(step.Failures, 1)) + (8 * Family(step)) + (32 * At(step.DueAt)) + (256 * (step.FirstDueAt is { } due ? Moment(due) + 1 : 0)) + (1024 * Bits(Unreported.Contains(step.Id))));
            Write(key, (step.Restores.IsEmpty ? 0 : step.Restores[0].Enabled ? 1 : 2) + (4 * (step.Selection?.Remove.Count ?? 0)));
        }
    }

    private static void Write(StringBuilder key, int value) => key.Append((char)(1 + value));

    private int At(DateTimeOffset? at)
        => at is not { } instant ? 0
            : instant == SmallCase.Today ? 1
            : instant == SmallCase.Later ? 2
            : instant == SmallCase.FarLater ? 3
            : instant <= Now ? 4
            : Moment(instant) > Moment(Now) ? 6 : 5;

    /// <summary>Outcomes of which the same follows for a step that goes on.</summary>
    private static int Family(Step step)
        => step.Outcome switch
        {
            null => 0,
            Outcome.Throttled or Outcome.Unauthorized or Outcome.Ambiguous => 1,
            _ => 2,
        };

    public static int Moment(DateTimeOffset at) => at < SmallCase.Later ? 0 : at < SmallCase.FarLater ? 1 : 2;

    private static int Bits(params ReadOnlySpan<bool> bits)
    {
        var all = 0;
        foreach (var bit in bits)
        {
            all = (all << 1) | (bit ? 1 : 0);
        }

        return all;
    }
}
