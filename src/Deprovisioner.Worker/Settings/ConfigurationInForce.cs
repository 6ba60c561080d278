using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Worker.Settings;

/// <summary>The configuration by which this process decides now; another one once a changed file was taken up.</summary>
/// <param name="first">The one that the process starts with.</param>
/// <param name="kinds">The kinds of connectors there are.</param>
internal sealed class ConfigurationInForce(Configuration first, IReadOnlyList<IConnectorKind> kinds)
{
    private volatile Decisions current = Of(first, kinds);

    /// <summary>The kinds of connectors there are: what a changed file is checked against.</summary>
    public IReadOnlyList<IConnectorKind> Kinds { get; } = kinds;

    public Configuration Configuration => current.Configuration;

    /// <summary>The decisions about events. A transaction that has begun ends with those it began with.</summary>
    public EventIntake Intake => current.Intake;

    /// <summary>Why the file as it stands now is not in force, in one line; null: it is.</summary>
    public string? Refused { get; private set; }

    public void TakeUp(Configuration configuration) => (current, Refused) = (Of(configuration, Kinds), null);

    public void Refuse(string? why) => Refused = why;

    private static Decisions Of(Configuration configuration, IReadOnlyList<IConnectorKind> kinds)
        => new(configuration, new EventIntake(configuration, new SystemActions(configuration.Systems, ConnectorCatalogue.DescriptionsOf(kinds))));

    private sealed record Decisions(Configuration Configuration, EventIntake Intake);
}
