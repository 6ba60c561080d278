using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Model;

namespace Deprovisioner.Storage.Reading;

/// <summary>The figures of a leaver as its rows give them.</summary>
internal static class SagaFigures
{
    /// <summary>The saga's steps must be loaded.</summary>
    public static LeaverFigures Of(SagaEntity saga) => LeaverFigures.Of(saga.EffectiveAt, saga.CompletedAt, SagaText.Stages(saga), [.. saga.Steps.Select(Step)]);

    private static Step Step(StepEntity step)
        => new()
        {
            Id = new StepId(step.StepId),
            Ordinal = step.Ordinal,
            Stage = step.Stage,
            System = new SystemName(step.System),
            Action = EnumText.Parse<StepAction>(step.Action),
            Status = EnumText.Parse<StepStatus>(step.Status),
            Outcome = step.Outcome is { } outcome ? EnumText.Parse<Outcome>(outcome) : null,
            Code = step.Code,
            SettledAt = step.SettledAt,
        };
}
