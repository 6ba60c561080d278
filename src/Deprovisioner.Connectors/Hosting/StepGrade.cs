using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>How an attempt ended, for one account or for all of them.</summary>
internal sealed record StepGrade(Outcome Outcome, string? Code = null, string? Message = null, DateTimeOffset? RetryAt = null)
{
    /// <summary>The code of a step that is done and leaves what no role explains to a person.</summary>
    private const string Review = "review";

    /// <summary>The code of a step that is done and leaves a person something to do on the system.</summary>
    private const string FollowUp = "follow-up";

    /// <summary>The code of a step whose only proof is what the system answered.</summary>
    private const string ByAnswer = "by-answer";

    /// <summary>Decides over what stands after it: a person's access is cut only when all of their accounts are.</summary>
    private static readonly Outcome[] WorstFirst =
    [
        Outcome.Unauthorized, Outcome.Throttled, Outcome.Indeterminate, Outcome.Transient, Outcome.Ambiguous, Outcome.Rejected,
        Outcome.NotRemovableHere, Outcome.Accepted, Outcome.Observed, Outcome.Changed, Outcome.Already, Outcome.Absent,
    ];

    public static StepGrade Of(Fault fault) => new(fault.Outcome, fault.Code, fault.Message, fault.RetryAt);

    /// <summary>A receiver has what it was told.</summary>
    public static StepGrade Told(string message) => new(Outcome.Changed, ByAnswer, message);

    /// <summary>The grade of a step from those of its accounts; at least one.</summary>
    public static StepGrade Worst(IEnumerable<StepGrade> grades) => grades.MinBy(g => Array.IndexOf(WorstFirst, g.Outcome))!;

    /// <summary>What reading back says about an account that was acted on.</summary>
    /// <param name="action">What was done.</param>
    /// <param name="system">For the message.</param>
    /// <param name="actFault">What the system said to the action itself; null: it took it.</param>
    /// <param name="readBack">What was read afterwards.</param>
    /// <param name="selection">For a removal of entitlements: which of them; null: all.</param>
    /// <param name="onlyAnswer">What the connector says of an action that its system shows nowhere; null: it can be read back.</param>
    public static StepGrade AfterActing(
        StepAction action, SystemName system, Fault? actFault, ReadBack readBack, EntitlementSelection? selection = null, string? onlyAnswer = null)
    {
        if (readBack.Reached)
        {
            // Whatever the system said, or did not say, to the action: it is as it should be.
            return Reached(action, Outcome.Changed, readBack.Answer.Value, selection);
        }

        if (actFault is not null)
        {
            return Of(actFault);
        }

        if (readBack.Answer.Fault is { } unread)
        {
            return Of(unread);
        }

        return Facets.Tells(action, readBack.Answer.Value)
            ? new StepGrade(Outcome.Transient, "not-yet-visible", $"{system} took it, and does not show it yet.")
            : onlyAnswer is not null ? new StepGrade(Outcome.Changed, ByAnswer, onlyAnswer)
            : new StepGrade(Outcome.Rejected, "unverifiable", $"{system} took it, and cannot tell whether it is so: check it by hand, or give the credential the right to see it.");
    }

    /// <summary>The grade where the goal is reached: what belongs to another system is said, since it remains; so is what a person shall look at.</summary>
    public static StepGrade Reached(StepAction action, Outcome outcome, AccountState? state, EntitlementSelection? selection = null)
    {
        if (action != StepAction.RemoveEntitlements || state is null)
        {
            return new StepGrade(outcome);
        }

        var choice = EntitlementChoice.Of(selection, state.Entitlements);
        if (choice.Remove.Count > 0)
        {
            var left = string.Join(", ", choice.Remove.Select(e => $"{e.Name} (belongs to: {e.Owner})"));
            return new StepGrade(Outcome.NotRemovableHere, "owned-elsewhere", $"{choice.Remove.Count} remain: {left}. Have them taken away there, then replay; or resolve.");
        }

        return selection is { Unexplained: UnexplainedEntitlements.Review } && choice.Unexplained.Count > 0
            ? new StepGrade(outcome, Review, $"No role explains {string.Join(", ", choice.Unexplained.Select(e => e.Name))}, left for a person to review.")
            : new StepGrade(outcome);
    }

    /// <summary>With what the connector says that a person has to do; also where something else failed, since this much was done.</summary>
    public StepGrade With(IReadOnlyCollection<string> followUps)
        => followUps.Count == 0 ? this : this with { Code = Code ?? FollowUp, Message = Sentences(followUps.Prepend(Message)) };

    /// <summary>The grade of a step that is done, with what any of its accounts leaves for a person: a better outcome of another account must not hide it.</summary>
    public static StepGrade WithRemainders(StepGrade worst, IEnumerable<StepGrade> grades)
        => worst.Outcome is Outcome.Changed or Outcome.Already or Outcome.Absent or Outcome.Observed
            && grades.Where(g => g.Code is Review or FollowUp).ToList() is { Count: > 0 } left
                ? worst with { Code = left.Exists(g => g.Code == Review) ? Review : FollowUp, Message = Sentences(left.Select(g => g.Message)) }
                : worst;

    private static string Sentences(IEnumerable<string?> sentences) => string.Join(' ', sentences.Where(s => s is not null).Distinct());
}
