using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Storage.Tests;

/// <summary>A made-up organisation: its configuration, and what its HR system says.</summary>
internal static class Organisation
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Disables on every system, at once.</summary>
    public static Configuration Of(params string[] systems) => Of([.. systems.Select(name => System(name))]);

    public static Configuration Of(IReadOnlyList<SystemSettings> systems, params PolicyStage[] stages)
        => new()
        {
            Version = new string('a', 64),
            Text = "systems: {}",
            Systems = systems,
            Policies =
            [
                new Policy
                {
                    Name = "leaver",
                    When = new PolicyCondition { Event = "terminated" },
                    Stages = stages.Length > 0 ? stages : [Stage("contain", StepAction.DisableAccount)],
                },
            ],
            Defaults = new ConfigurationDefaults("Etc/UTC", new TimeOnly(18, 0), new Dictionary<string, string>()),
        };

    /// <summary>A system with room for all, unless told.</summary>
    public static SystemSettings System(string name, int concurrency = 1000, double perSecond = 1000, bool observe = false)
        => new()
        {
            Name = new SystemName(name),
            Connector = "directory",
            Values = new Dictionary<string, string>(),
            Observe = observe,
            Limits = new SystemLimits { Concurrency = concurrency, PerSecond = perSecond, Lease = TimeSpan.FromMinutes(2) },
        };

    public static PolicyStage Stage(string name, params StepAction[] actions) => new() { Name = name, Steps = [.. actions.Select(action => new PolicyStep { System = null, Action = action })] };

    public static SystemActions Actions(Configuration configuration)
        => new(configuration.Systems, Connectors);

    public static IReadOnlyList<ConnectorDescription> Connectors { get; } = [new ConnectorDescription("directory", Enum.GetValues<StepAction>().ToHashSet(), [])];

    public static HrEvent Terminated(string person, string? id = null, bool urgent = false) => Event(HrEventTypes.Terminated, person, id ?? $"terminated-{person}") with { Urgent = urgent };

    public static HrEvent Hired(string person, string? id = null) => Event(HrEventTypes.Hired, person, id ?? $"hired-{person}");

    public static HrEvent Event(string type, string person, string id)
        => new()
        {
            Source = "/hr",
            Id = id,
            Type = type,
            Time = Monday,
            PersonId = new PersonId(person),
            EmploymentId = new EmploymentId($"{person}-1"),
            Person = new PersonAttributes($"{person}@example.test", person, "Ada", "Byron"),
        };
}
