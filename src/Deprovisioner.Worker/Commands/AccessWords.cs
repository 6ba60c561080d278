using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>When a person's access has truly ended, in words: tickets and tokens that were issued before may outlive the cut.</summary>
internal static class AccessWords
{
    /// <summary>Empty while access has not ended.</summary>
    public static string Ended(SagaLine saga)
        => (saga.CompletedAt, saga.ResidualUntil) switch
        {
            (null, { } until) => $"tickets may work until {TimeText.Of(until)}",
            ({ } ended, { } until) when until > ended => $"{TimeText.Of(ended)}; tickets may work until {TimeText.Of(until)}",
            ({ } ended, _) => TimeText.Of(ended),
            _ => "",
        };

    /// <summary>A step's outcome with its code; absence that nobody vouched for is named so.</summary>
    public static string Outcome(StepView step)
        => step is { Outcome: "absent", Code: "unconfirmed" } ? "absent, unconfirmed" : step.Outcome + (step.Code is null ? "" : $" ({step.Code})");
}
