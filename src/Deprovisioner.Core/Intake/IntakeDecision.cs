using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Intake;

/// <summary>What became of an event. Every accepted event has exactly one.</summary>
public enum IntakeVerdict
{
    /// <summary>The registry took it; no saga follows from it.</summary>
    Applied,

    /// <summary>A saga was planned and may start at once.</summary>
    Planned,

    /// <summary>A saga was planned, or moved, for a later time.</summary>
    Scheduled,

    /// <summary>A person must decide.</summary>
    Held,

    /// <summary>Older than what was applied already; nothing that a newer one decided changes.</summary>
    Stale,

    /// <summary>An open saga took the event's new time or urgency.</summary>
    Superseded,

    /// <summary>It changes nothing.</summary>
    NoOp,
}

/// <summary>What follows from an event.</summary>
/// <param name="Reason">One sentence for a person.</param>
/// <param name="Person">The person afterwards; null where the registry stays as it is.</param>
/// <param name="Planned">A new saga, already started.</param>
/// <param name="Changed">What follows for sagas that were there; none twice.</param>
/// <param name="Restore">A saga that puts back what was taken, already started.</param>
/// <param name="Mover">A mover saga beside a new end, already started.</param>
public sealed record IntakeDecision(
    IntakeVerdict Verdict,
    string Reason,
    PersonRecord? Person = null,
    SagaDecision? Planned = null,
    IReadOnlyList<SagaDecision>? Changed = null,
    SagaDecision? Restore = null,
    SagaDecision? Mover = null)
{
    /// <summary>All new sagas.</summary>
    public IEnumerable<SagaDecision> Opened => new[] { Planned, Restore, Mover }.OfType<SagaDecision>();

    /// <summary>The saga that the event is best looked up in.</summary>
    public SagaDecision? Main => Planned ?? Restore ?? Mover ?? (Changed is [var first, ..] ? first : null);
}

/// <summary>Everything that a decision about an event may depend on.</summary>
/// <param name="Event">The valid event, not seen before.</param>
/// <param name="Person">The person as the registry has them; null: nobody known.</param>
/// <param name="OpenSagas">The person's sagas that are not over.</param>
/// <param name="NewSaga">The id for a saga, if one follows.</param>
/// <param name="NewRestore">The id for a second saga, if one follows: a restore.</param>
/// <param name="Cuts">The sagas that took access since the person was last back, open ones among them.</param>
/// <param name="Now">UTC.</param>
public sealed record IntakeFacts(
    HrEvent Event,
    PersonRecord? Person,
    IReadOnlyList<Saga> OpenSagas,
    IReadOnlyList<CutSaga> Cuts,
    SagaId NewSaga,
    SagaId NewRestore,
    DateTimeOffset Now)
{
    /// <summary>No event came: <see cref="Event"/> stands for the passing of time.</summary>
    public bool OnlyTimePassed { get; init; }

    /// <summary>The id for a third saga, if one follows: a mover beside a new end or a restore. It follows from the second.</summary>
    public SagaId NewMover
    {
        get
        {
            var bytes = NewRestore.Value.ToByteArray(bigEndian: true);
            bytes[^1] ^= 1;
            return new(new Guid(bytes, bigEndian: true));
        }
    }

    /// <summary>The act by which the event changes a saga.</summary>
    public Act By(string what) => new($"hr-event {Event.Source} {Event.Id}", what);

    public Saga? Open(SagaKind kind) => OpenSagas.FirstOrDefault(s => s.Kind == kind);
}
