using System.Collections.Immutable;
using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Guarding;

/// <summary>Somebody who leaves, as the guard counts them. Rescinded, rejected and cancelled ones are not in the ledger.</summary>
/// <param name="At">When it was decided, UTC.</param>
/// <param name="EffectiveAt">When access ends, UTC.</param>
/// <param name="Released">Whether a person let it pass: it still counts for those who come after it.</param>
public sealed record GuardTransition(SagaId Saga, PersonId Person, EmploymentId Employment, DateTimeOffset At, DateTimeOffset EffectiveAt, bool Released = false);

/// <summary>A layoff that was announced and approved: leavers whose access ends within it do not count, up to its size.</summary>
/// <param name="From">Inclusive, UTC.</param>
/// <param name="Until">Exclusive, UTC.</param>
public sealed record AnnouncedLayoff(long Id, int Size, DateTimeOffset From, DateTimeOffset Until);

/// <summary>What the guard says of one leaver.</summary>
/// <param name="Passes">False: the saga must be held.</param>
/// <param name="Detail">With the numbers, one sentence.</param>
public sealed record GuardAnswer(bool Passes, string Detail);

// Theory of operation. A leaver passes if they are, within the window, at most the limit-th: once by when it was decided, and once by when the access ends, since leavers
// that were entered over months may all end on one day. Everybody in the ledger counts, whether they were let through or are held: so the first N pass, all of the surplus is
// held, and neither the order of releases nor asking again lets another one pass. Only a person's release, or an approved announcement, does.
// - The question can be put again at any time, and gives the same answer unless something it depends on changed: the limits, the head count, an end that moved.
// - The head count is that of the window's start: those who are active and those who left within it. So it does not matter how events are cut into transactions.

/// <summary>Who left lately and who is about to, in the order in which that was decided. Immutable.</summary>
/// <param name="Settings">Null: there is no guard, everybody passes.</param>
/// <param name="Transitions">Those that count and may matter to the questions, in the order in which they were decided.</param>
/// <param name="HeadCount">At the window's start; 0 where no limit depends on it.</param>
/// <param name="Unreadable">Why the numbers could not be read: then nobody passes.</param>
public sealed record GuardLedger(
    GuardSettings? Settings, ImmutableList<GuardTransition> Transitions, ImmutableArray<AnnouncedLayoff> Layoffs, int HeadCount, string? Unreadable = null)
{
    /// <summary>No guard is configured.</summary>
    public static readonly GuardLedger Open = new(null, [], [], 0);

    /// <summary>The ledger with a saga's transition as it is now. A repeat of one that counts already is not counted twice.</summary>
    public GuardLedger With(Saga saga)
    {
        var index = Transitions.FindIndex(t => t.Saga == saga.Id);
        return index >= 0 ? this with { Transitions = Transitions.SetItem(index, Transitions[index] with { EffectiveAt = saga.EffectiveAt }) }
            : IsRepeat(saga) ? this
            : this with { Transitions = Transitions.Add(new GuardTransition(saga.Id, saga.PersonId, saga.EmploymentId, saga.PlannedAt, saga.EffectiveAt)) };
    }

    /// <summary>The ledger without what a decision took back: sagas that it ended, and employments that go on.</summary>
    public GuardLedger Without(IntakeDecision decision)
    {
        var back = decision.Person?.Employments.Where(e => e.Status is not EmploymentStatus.Terminated).Select(e => (e.PersonId, e.Id)).ToHashSet() ?? [];
        var over = decision.Changed?.Where(d => d.Saga.Status is SagaStatus.Cancelled).Select(d => d.Saga.Id).ToHashSet() ?? [];
        return back.Count + over.Count == 0 ? this : this with { Transitions = Transitions.RemoveAll(t => back.Contains((t.Person, t.Employment)) || over.Contains(t.Saga)) };
    }

    /// <summary>Whether the end of this employment is counted for another saga.</summary>
    public bool IsRepeat(Saga saga) => Transitions.Exists(t => t.Saga != saga.Id && t.Person == saga.PersonId && t.Employment == saga.EmploymentId);

    /// <summary>Whether the saga may go on, as far as the guard is concerned. It must be in the ledger, or be a repeat.</summary>
    public GuardAnswer Ask(Saga saga)
    {
        if (Settings is not { } settings)
        {
            return new(true, "No guard is configured.");
        }

        if (Unreadable is not null)
        {
            return new(false, $"The guard's numbers cannot be read: {Unreadable}");
        }

        var own = Transitions.FindIndex(t => t.Saga == saga.Id);
        if (own < 0)
        {
            return IsRepeat(saga) ? new(true, "A repeat: this leaver is counted already.") : new(false, "The guard does not know this leaver.");
        }

        if (Transitions[own].Released)
        {
            return new(true, "A person released it.");
        }

        var announced = Announced();
        if (announced.Contains(own))
        {
            return new(true, "It was announced.");
        }

        var (mine, limit) = (Transitions[own], settings.Limit(HeadCount));
        var decided = 1 + Counted(announced, (t, i) => i < own && t.At > mine.At - settings.Window);
        var effective = 1 + Counted(announced, (t, i) => t.EffectiveAt > mine.EffectiveAt - settings.Window && (t.EffectiveAt < mine.EffectiveAt || (t.EffectiveAt == mine.EffectiveAt && i < own)));
        var place = Math.Max(decided, effective);
        return new(place <= limit, $"{Ordinal(place)} leaver {(decided >= effective ? "in" : "whose access ends within")} {Hours(settings.Window)}; the limit is {limit}.");
    }

    /// <summary>How many count within the window that ends now, announced ones apart.</summary>
    public int CountAt(DateTimeOffset now)
        => Settings is { } settings ? Counted(Announced(), (t, _) => t.At > now - settings.Window && t.At <= now) : 0;

    private int Counted(HashSet<int> announced, Func<GuardTransition, int, bool> within)
        => Transitions.Index().Count(t => !announced.Contains(t.Index) && within(t.Item, t.Index));

    /// <summary>The places of those whom an announcement covers: first come, first served.</summary>
    private HashSet<int> Announced()
    {
        var covered = new HashSet<int>();
        var left = Layoffs.Select(l => l.Size).ToArray();
        foreach (var (index, transition) in Transitions.Index())
        {
            for (var i = 0; i < left.Length; i++)
            {
                if (left[i] > 0 && transition.EffectiveAt >= Layoffs[i].From && transition.EffectiveAt < Layoffs[i].Until)
                {
                    left[i]--;
                    covered.Add(index);
                    break;
                }
            }
        }

        return covered;
    }

    private static string Hours(TimeSpan window)
        => window.Ticks % TimeSpan.TicksPerHour == 0 ? string.Create(CultureInfo.InvariantCulture, $"{window.TotalHours:0}h") : Durations.Text(window);

    private static string Ordinal(int number)
        => number.ToString(CultureInfo.InvariantCulture) + ((number % 100) is >= 11 and <= 13 ? "th" : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });
}
