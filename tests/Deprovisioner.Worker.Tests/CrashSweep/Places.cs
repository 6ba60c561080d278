namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>What a place in a run is.</summary>
internal enum PlaceKind
{
    /// <summary>A transaction of the orchestrator commits.</summary>
    Commit,

    /// <summary>A message is handed to the broker: an HR event, a command, a report.</summary>
    Message,

    /// <summary>A connector changes an account.</summary>
    Change,

    /// <summary>An event out is published.</summary>
    Publication,
}

/// <summary>What happens at a place. Each names the kind of place to which it belongs.</summary>
internal enum Mishap
{
    // At a commit.
    OrchestratorDiesBeforeCommit,
    OrchestratorDiesAfterCommit,
    ConnectionCutBeforeCommit,
    ConnectionCutAfterCommit,

    // At a message: on its way to the broker, in it, or on its way from it.
    SenderDiesBeforeSend,
    SenderDiesAfterSend,
    SendRefused,
    SendUnconfirmed,
    Lost,
    Doubled,
    Slow,
    Late,
    ReceiverDiesAtReceipt,
    AcknowledgementLost,

    // At a change of an account.
    HostDiesBeforeChange,
    HostDiesAfterChange,
    AnswerLost,

    // At a publication.
    PublicationRefused,
    PublicationUnconfirmed,
    OrchestratorDiesAfterPublication,
}

/// <summary>A place that a run came to.</summary>
/// <param name="Index">Of its kind, from 0: as a run is the same up to its mishap, this finds the same place again.</param>
/// <param name="Label">What happens there, for people.</param>
internal sealed record Place(PlaceKind Kind, int Index, string Label)
{
    /// <summary>Whether something changes by it. A commit of a transaction that wrote nothing is passed over.</summary>
    public bool Matters { get; set; } = true;

    public override string ToString() => $"{Kind} {Index} ({Label})";
}

/// <summary>One mishap at one place.</summary>
internal sealed record Disturbance(Mishap Mishap, Place Place)
{
    public override string ToString() => $"{Mishap} at {Place}";
}

/// <summary>The places that a run has come to, and what shall happen at some of them.</summary>
internal sealed class Trace(IReadOnlyList<Disturbance> disturbances)
{
    private readonly Lock gate = new();
    private readonly List<Place> places = [];
    private readonly HashSet<Disturbance> happened = [];

    public IReadOnlyList<Place> Places => places;

    /// <summary>Those that were meant to happen and did not: the run went another way than the one that they were taken from.</summary>
    public IEnumerable<Disturbance> Missed => disturbances.Except(happened);

    /// <summary>The run has come to a place. Gives it, and what happens there.</summary>
    public (Place Place, Mishap? Mishap) Comes(PlaceKind kind, string label)
    {
        lock (gate)
        {
            var place = new Place(kind, places.Count(p => p.Kind == kind), label);
            places.Add(place);
            var here = disturbances.FirstOrDefault(d => d.Place.Kind == kind && d.Place.Index == place.Index);
            if (here is null)
            {
                return (place, null);
            }

            if (here.Place.Label != label)
            {
                throw new InvalidOperationException($"The run is another one: it came to '{label}' where the one before came to '{here.Place.Label}'.");
            }

            happened.Add(here);
            return (place, here.Mishap);
        }
    }
}
