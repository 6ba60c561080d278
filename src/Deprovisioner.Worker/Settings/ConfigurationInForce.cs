using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Worker.Settings;

/// <summary>The configuration by which this process decides now; another one once a changed file was taken up.</summary>
internal sealed class ConfigurationInForce(Configuration first)
{
    private volatile Decisions current = Of(first);

    public Configuration Configuration => current.Configuration;

    /// <summary>The decisions about events. A transaction that has begun ends with those it began with.</summary>
    public EventIntake Intake => current.Intake;

    /// <summary>Why the file as it stands now is not in force, in one line; null: it is.</summary>
    public string? Refused { get; private set; }

    public void TakeUp(Configuration configuration) => (current, Refused) = (Of(configuration), null);

    public void Refuse(string? why) => Refused = why;

    private static Decisions Of(Configuration configuration)
        => new(configuration, new EventIntake(configuration, new SystemActions(configuration.Systems, ConnectorCatalogue.Descriptions)));

    private sealed record Decisions(Configuration Configuration, EventIntake Intake);
}
