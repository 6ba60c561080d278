using Deprovisioner.Storage.Model;

namespace Deprovisioner.Worker.Commands;

/// <summary>When a person's access has truly ended, in words: tickets and tokens that were issued before may outlive the cut.</summary>
internal static class AccessWords
{
    /// <summary>Until when anything may still work, the latest of all steps; null: nothing is known to.</summary>
    public static DateTimeOffset? ResidualUntil(SagaEntity saga) => saga.Steps.Max(step => step.ResidualUntil);

    /// <summary>Empty while access has not ended.</summary>
    public static string Ended(SagaEntity saga)
        => (saga.CompletedAt, ResidualUntil(saga)) switch
        {
            (null, { } until) => $"tickets may work until {Terminal.Time(until)}",
            ({ } ended, { } until) when until > ended => $"{Terminal.Time(ended)}; tickets may work until {Terminal.Time(until)}",
            ({ } ended, _) => Terminal.Time(ended),
            _ => "",
        };

    /// <summary>A step's outcome with its code; absence that nobody vouched for is named so.</summary>
    public static string Outcome(StepEntity step)
        => step is { Outcome: "absent", Code: "unconfirmed" } ? "absent, unconfirmed" : step.Outcome + (step.Code is null ? "" : $" ({step.Code})");
}
