using Deprovisioner.Contracts;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>What can go wrong at the places of a run.</summary>
internal static class Cases
{
    /// <summary>Everything that can go wrong at everything that the run came to.</summary>
    public static IEnumerable<Disturbance> Of(IEnumerable<Place> places)
        => places.Where(place => place.Matters).SelectMany(place => At(place).Select(mishap => new Disturbance(mishap, place)));

    /// <summary>Whether a step may be sent once more for it: the orchestrator cannot know what became of what it had sent, or meant to send.</summary>
    public static bool RepeatsSteps(Disturbance disturbance)
        => disturbance.Mishap switch
        {
            Mishap.Lost or Mishap.Late or Mishap.SendRefused or Mishap.SendUnconfirmed => true,
            Mishap.SenderDiesBeforeSend or Mishap.SenderDiesAfterSend => IsCommand(disturbance.Place),
            Mishap.OrchestratorDiesAfterCommit or Mishap.ConnectionCutAfterCommit => disturbance.Place.Label.StartsWith("dispatch: ", StringComparison.Ordinal),
            _ => false,
        };

    /// <summary>Whether a step's work may be found done by another delivery than the one that did it: the report of that one never came, or the system has finished between two deliveries of one command.</summary>
    public static bool FindsDone(Disturbance disturbance, Scenario scenario)
        => disturbance.Mishap is Mishap.HostDiesAfterChange
            || (disturbance.Mishap is Mishap.Lost or Mishap.Late or Mishap.SenderDiesBeforeSend && IsReport(disturbance.Place))
            || (scenario.FinishesLater is { } later && (disturbance.Place.Label == $"command {later.System} {EnumText.Of(later.Action)}" || disturbance.Place.Label == $"report {later.System} accepted"));

    private static bool IsCommand(Place place) => place.Label.StartsWith("command ", StringComparison.Ordinal);

    private static bool IsReport(Place place) => place.Label.StartsWith("report ", StringComparison.Ordinal);

    private static IEnumerable<Mishap> At(Place place)
        => place.Kind switch
        {
            PlaceKind.Commit => [Mishap.OrchestratorDiesBeforeCommit, Mishap.OrchestratorDiesAfterCommit, Mishap.ConnectionCutBeforeCommit, Mishap.ConnectionCutAfterCommit],

            // Whichever way a call fails, one more failure is recorded.
            PlaceKind.Change when place.Label.Contains(',', StringComparison.Ordinal) => [Mishap.HostDiesBeforeChange, Mishap.HostDiesAfterChange],
            PlaceKind.Change => [Mishap.HostDiesBeforeChange, Mishap.HostDiesAfterChange, Mishap.AnswerLost],
            PlaceKind.Publication => [Mishap.PublicationRefused, Mishap.PublicationUnconfirmed, Mishap.OrchestratorDiesAfterPublication],

            // What an HR system has not been confirmed it sends again, which is a double; and what a broker loses of it nobody but HR can know of.
            PlaceKind.Message when !IsCommand(place) && !IsReport(place) => [Mishap.Doubled, Mishap.ReceiverDiesAtReceipt, Mishap.AcknowledgementLost],
            PlaceKind.Message =>
            [
                Mishap.SenderDiesBeforeSend, Mishap.SenderDiesAfterSend, Mishap.SendRefused, Mishap.SendUnconfirmed, Mishap.Lost, Mishap.Doubled, Mishap.Slow, Mishap.Late,
                Mishap.ReceiverDiesAtReceipt, Mishap.AcknowledgementLost,
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(place)),
        };
}
