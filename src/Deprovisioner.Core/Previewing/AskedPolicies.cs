using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Previewing;

/// <summary>Which policies a rehearsed event was put to: one question for each saga that it opens; where it opens none, the one about itself.</summary>
internal static class AskedPolicies
{
    public static IReadOnlyList<PolicyAsked> Of(Configuration configuration, Rehearsal rehearsal)
    {
        var asked = rehearsal.Sagas.Where(s => s.Before is null).Select(s => Opening(configuration, rehearsal, s.After)).ToList();
        return asked.Count > 0 ? asked : [Asked(configuration, Itself(rehearsal), Before(rehearsal, rehearsal.After.Event.EmploymentId)?.Assignment)];
    }

    private static PolicyAsked Opening(Configuration configuration, Rehearsal rehearsal, Saga saga)
    {
        var hr = rehearsal.After.Event;
        var employment = rehearsal.After.Person!.Employment(saga.EmploymentId)!;
        return saga.Kind switch
        {
            SagaKind.Leaver => Asked(configuration, Leaving.TerminationOf(hr, employment) with { EmploymentId = employment.Id }, employment.Assignment),
            SagaKind.Mover => Asked(configuration, hr with { Type = HrEventTypes.Transferred }, Before(rehearsal, employment.Id)?.Assignment),
            _ => Asked(configuration, hr, employment.Assignment),
        };
    }

    /// <summary>An update is answered as what it amounts to: nothing runs by a policy for <c>changed</c>.</summary>
    private static HrEvent Itself(Rehearsal rehearsal)
    {
        var hr = rehearsal.After.Event;
        return hr.Type != HrEventTypes.Changed ? hr
            : hr with { Type = hr.LastDay is not null || (hr.EffectiveAt is not null && Before(rehearsal, hr.EmploymentId)?.EndsAt is not null) ? HrEventTypes.Terminated : HrEventTypes.Transferred };
    }

    private static Employment? Before(Rehearsal rehearsal, EmploymentId id) => rehearsal.Before.Person?.Employment(id);

    private static PolicyAsked Asked(Configuration configuration, HrEvent hr, Assignment? current)
    {
        var lines = PolicyMatcher.Explain(configuration, hr, current, out var policy);
        var name = PolicyMatcher.EventNameOf(hr.Type);
        var own = lines.Where((_, i) => configuration.Policies[i].When.Events.Contains(name)).ToList();
        return new PolicyAsked(
            name, hr.EmploymentId, policy?.Name, own, lines.Count - own.Count,
            policy is null ? [] : [.. PolicyMatcher.Conditions(configuration, policy.Name, hr, current).Where(s => s.Unmet is not null).Select(LeftOut)]);
    }

    private static string LeftOut(StepMatch step) => $"{step.Stage}: {step.Step.System?.Value ?? "*"} {EnumText.Of(step.Step.Action)} is left out, {step.Unmet}";
}
