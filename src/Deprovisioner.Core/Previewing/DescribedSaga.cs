using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using NodaTime;

namespace Deprovisioner.Core.Previewing;

/// <summary>Describes a saga, with what is known of the person whom it is about.</summary>
/// <param name="person">As they would be.</param>
internal sealed class DescribedSaga(Configuration configuration, PersonRecord person)
{
    private readonly Dictionary<SystemName, SystemSettings> systems = configuration.Systems.ToDictionary(s => s.Name);

    public SagaDescription Of(Saga? before, Saga saga)
    {
        var zone = Zone(saga.EmploymentId, saga.Policy);
        return new SagaDescription
        {
            Saga = before?.Id,
            Fate = before is null ? SagaFate.Opened : !saga.IsOver ? SagaFate.Changed : before.IsOver ? SagaFate.Answered : SagaFate.Cancelled,
            Kind = saga.Kind,
            Employment = saga.EmploymentId,
            Policy = saga.Policy,
            PolicyVersion = saga.PolicyVersion,
            PlanHash = saga.PlanHash,
            Status = saga.Status,
            Urgent = saga.Urgent,
            EffectiveAt = At(saga.EffectiveAt, zone),
            EffectiveBasis = saga.EffectiveBasis,
            EffectiveBefore = before is null || before.EffectiveAt == saga.EffectiveAt ? null : At(before.EffectiveAt, zone),
            StepsRun = saga.Steps.Count(s => s.MayHaveChanged),
            StepsStopped = before is null ? 0 : saga.Steps.Count(s => s.Status is StepStatus.Cancelled && before.Steps[s.Ordinal].Status is not StepStatus.Cancelled),
            Stages = saga.IsOver ? [] : [.. Stages(saga, zone)],
        };
    }

    public UntouchedSaga Untouched(Saga saga) => new(saga.Id, saga.Kind, saga.Policy, saga.Status, At(saga.EffectiveAt, saga.EmploymentId), saga.Steps.Count(s => s.IsSettled), saga.Steps.Length, [.. saga.Holds.Select(h => h.Detail)]);

    /// <summary>What the clock shows where that employment is worked.</summary>
    public Moment At(DateTimeOffset at, EmploymentId employment) => At(at, Zone(employment, policy: null));

    /// <summary>What finds the person's account there; null: nothing does, or it is not known of them.</summary>
    public string? FoundBy(SystemSettings system)
        => system.Match?.Value is { } fact && Fact(fact) is not null ? fact : null;

    public IReadOnlyList<string> AccountsOn(SystemName system) => [.. person.Accounts.Where(a => a.System == system).Select(a => a.AccountId).Order(StringComparer.Ordinal)];

    private string? Fact(string key)
        => key switch
        {
            "personId" => person.Id.Value,
            "employmentId" => "known",
            "person.email" => person.Attributes?.Email,
            "person.userName" => person.Attributes?.UserName,
            "person.givenName" => person.Attributes?.GivenName,
            "person.familyName" => person.Attributes?.FamilyName,
            _ => null,
        };

    /// <summary>Stages without a step do nothing, and nobody waits for them.</summary>
    private IEnumerable<StageDescription> Stages(Saga saga, DateTimeZone zone)
    {
        string? before = null;
        foreach (var stage in saga.Stages.Where(stage => saga.Steps.Any(s => s.Stage == stage.Ordinal)))
        {
            yield return new StageDescription(
                stage.Name, At(saga.EffectiveAt + stage.After, zone), StageDeadlines.Of(stage, saga.EffectiveAt) is { } deadline ? At(deadline, zone) : null, before,
                stage.ApprovalRequired, stage.Approved, [.. saga.Steps.Where(s => s.Stage == stage.Ordinal).Select(Step)]);
            before = stage.Name;
        }
    }

    private StepDescription Step(Step step)
    {
        var system = systems.GetValueOrDefault(step.System);
        return new StepDescription
        {
            Number = step.Ordinal,
            System = step.System,
            Action = step.Action,
            Status = step.Status,
            Accounts = AccountsOn(step.System),
            FoundBy = system is null ? null : FoundBy(system),
            Observed = system?.Observe ?? false,
            Reversible = (step.Reversible ?? Reversibility.Of(step.Action)).ToString(),
            Destroys = PlannedStep.Destroys(step.Action),
            Needs = step.Needs,
            Selection = step.Selection,
            Restores = [.. step.Restores.Select(r => new RestoredAccount(r.AccountId, r.Name, r.Enabled, r.Entitlements, r.Recoverable))],
            Task = step.Action is not StepAction.ManualTask ? null : new TaskDescription(
                step.Owner ?? system?.Values.GetValueOrDefault("owner") ?? "nobody", step.Instruction, system?.Values.GetValueOrDefault("within") ?? "24h", system?.Values.GetValueOrDefault("verify") == "required"),
        };
    }

    private DateTimeZone Zone(EmploymentId id, string? policy)
    {
        var employment = person.Employment(id);
        return EffectiveTime.ZoneOf(employment?.TimeZone, employment?.Assignment?.Location, configuration.Policies.FirstOrDefault(p => p.Name == policy), configuration.Defaults).Zone;
    }

    private static Moment At(DateTimeOffset at, DateTimeZone zone)
        => new(at, Instant.FromDateTimeOffset(at).InZone(zone).LocalDateTime.ToString("uuuu-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), zone.Id);
}
