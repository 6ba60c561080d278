namespace Deprovisioner.Storage.Reading;

/// <summary>A replay: how far it is. Times are UTC.</summary>
/// <param name="GoneWho">Who started or resumed it last.</param>
/// <param name="Filter">Which failed steps it selected, as said at the command line.</param>
/// <param name="Status"><c>previewing</c>, <c>ready</c>, <c>running</c>, <c>stopped</c>, <c>cancelled</c>, <c>completed</c>.</param>
/// <param name="Wave"><c>one</c>, <c>ten</c>, <c>rest</c>.</param>
/// <param name="Sent">Replayed, and not yet back.</param>
/// <param name="Unanswered">Questions that were asked before it begins, and are not answered.</param>
/// <param name="PreviewUntil">How long it waits for answers; null: it asks nothing.</param>
/// <param name="StoppedStep">The step that came back with an error and stopped it last; null: nothing did.</param>
/// <param name="StoppedSame">Whether it is the error with which that step had failed before.</param>
public sealed record ReplayLine(
    long JobId,
    string Who,
    string Why,
    string GoneWho,
    string GoneWhy,
    string Filter,
    string Status,
    string Wave,
    int Untouched,
    int Sent,
    int Succeeded,
    int Failed,
    int Held,
    int Skipped,
    int Cancelled,
    int Unanswered,
    DateTimeOffset? PreviewUntil,
    Guid? StoppedStep,
    string? StoppedSystem,
    string? StoppedCode,
    bool? StoppedSame,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt)
{
    /// <summary>How many steps it has.</summary>
    public int Total => Untouched + Sent + Succeeded + Failed + Held + Skipped + Cancelled;
}

/// <summary>A replay with what it waits for.</summary>
/// <param name="WaitsFor">Systems that are shut and have steps of it that are not over, in words.</param>
public sealed record ReplayView(ReplayLine Job, IReadOnlyList<string> WaitsFor);

/// <summary>A step of a replay, with what it does and to whom.</summary>
public sealed record ReplayStepLine(ReplayStepView Item, string Action, string Person);

/// <summary>Where a step stands in a replay. Times are UTC.</summary>
/// <param name="Ordinal">Its place, from 0.</param>
/// <param name="Before">The code with which it had failed.</param>
/// <param name="State"><c>listed</c>, <c>previewed</c>, <c>sent</c>, <c>succeeded</c>, <c>failed</c>, <c>held</c>, <c>skipped</c>, <c>cancelled</c>.</param>
/// <param name="Asked">Whether its system is asked before what it would do.</param>
/// <param name="Answer"><c>would-change</c>, <c>already-so</c>, <c>not-there</c>, <c>would-fail</c>, <c>unknown</c>; null: none yet.</param>
/// <param name="Wave">With which it was sent; null: it was not.</param>
/// <param name="Code">The error that it came back with.</param>
/// <param name="Reason">Why it was skipped, is held or was cancelled.</param>
public sealed record ReplayStepView(
    long JobId,
    int Ordinal,
    Guid StepId,
    Guid SagaId,
    string System,
    string Before,
    string State,
    bool Asked,
    string? Answer,
    string? AnswerDetail,
    string? Wave,
    string? Code,
    string? Reason,
    DateTimeOffset? SentAt,
    DateTimeOffset? EndedAt);
