using Deprovisioner.Storage.Model;

namespace Deprovisioner.Storage.Reading;

// Theory of operation. A system is contained when the last of its steps in its first stage is done: where a policy has a system in its containment that is the disabled account and the sessions, and where it has not, it is
// whatever the policy does there first. A step that found nothing to cut (no such account, or shut before) does not say that anything was live, so it does not count; and what hands over data or gives a licence back cuts nobody.

/// <summary>How long a person had live access after they should have had none.</summary>
internal static class Exposure
{
    /// <summary>Hours, of all systems together.</summary>
    /// <param name="now">Until then where a system is not contained yet.</param>
    public static double Hours(SagaEntity saga, DateTimeOffset now)
        => saga.Steps.Where(Cuts).GroupBy(step => step.System).Sum(system => Hours(saga.EffectiveAt, [.. system], now));

    private static double Hours(DateTimeOffset effectiveAt, List<StepEntity> steps, DateTimeOffset now)
    {
        var first = steps.Min(step => step.Stage);
        var ends = steps.Where(step => step.Stage == first && WasLive(step)).Select(step => step is { Status: "succeeded", SettledAt: { } at } ? at : now).ToList();
        return ends.Count == 0 ? 0 : Math.Max(0, (ends.Max() - effectiveAt).TotalHours);
    }

    private static bool Cuts(StepEntity step) => step.Action is not ("transfer-data" or "reclaim-licence" or "restore-account") && step.Status != "cancelled";

    private static bool WasLive(StepEntity step) => step is not { Status: "succeeded", Outcome: "absent" or "already" };
}
