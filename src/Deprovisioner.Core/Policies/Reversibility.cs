using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Policies;

/// <summary>Whether what a step did can be taken back: for people who decide. Its text is <c>yes</c>, <c>no</c> or a span: <c>30d</c>.</summary>
public sealed record Reversibility
{
    public static readonly Reversibility Yes = new((TimeSpan?)null);
    public static readonly Reversibility No = new(TimeSpan.Zero);

    private Reversibility(TimeSpan? span) => Span = span;

    /// <summary>How long, from when the step succeeded; null: without end; zero: not at all.</summary>
    public TimeSpan? Span { get; }

    public static Reversibility For(TimeSpan span) => new(span);

    /// <summary>What an action is by itself: what is locked, taken out of groups or given back can be put back from the snapshot; ended sessions, credentials and deleted things cannot.</summary>
    public static Reversibility Of(StepAction action)
        => action is StepAction.DisableAccount or StepAction.RemoveEntitlements or StepAction.ReclaimLicence or StepAction.RestoreAccount ? Yes : No;

    /// <exception cref="FormatException">It is none of the three.</exception>
    public static Reversibility Parse(string text)
        => text switch
        {
            "yes" => Yes,
            "no" => No,
            _ => Durations.TryParse(text, out var span) ? For(span) : throw new FormatException($"'{text}' is not yes, no or a span of time."),
        };

    public override string ToString() => Span is not { } span ? "yes" : span == TimeSpan.Zero ? "no" : Durations.Text(span);
}
