using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Worker.Settings;

/// <summary>The organisation's YAML file.</summary>
internal static class ConfigurationFile
{
    /// <summary>Reads and checks it against the connectors of this build and those declared beside it.</summary>
    /// <exception cref="SettingsException">It cannot be read, or has faults: the message lists all of them with line, column and remedy.</exception>
    public static Configuration Load(string path) => Load(path, KnownConnectors.Beside(path));

    /// <summary>Reads and checks it against these connectors.</summary>
    /// <exception cref="SettingsException">It cannot be read, or has faults: the message lists all of them with line, column and remedy.</exception>
    public static Configuration Load(string path, IReadOnlyList<IConnectorKind> kinds)
    {
        var reading = Read(path, kinds);
        return reading.Configuration ?? throw new SettingsException(
            $"{path} has {reading.Faults.Count} {(reading.Faults.Count == 1 ? "fault" : "faults")}:{Environment.NewLine}"
            + string.Join(Environment.NewLine, reading.Faults.Select(fault => $"  {path}:{fault}")));
    }

    /// <exception cref="SettingsException">It cannot be read.</exception>
    public static ConfigurationReading Read(string path) => Read(path, KnownConnectors.Beside(path));

    /// <exception cref="SettingsException">It cannot be read.</exception>
    public static ConfigurationReading Read(string path, IReadOnlyList<IConnectorKind> kinds)
    {
        try
        {
            return ConfigurationReader.Read(File.ReadAllText(path), ConnectorCatalogue.DescriptionsOf(kinds));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The configuration file {path} cannot be read: {error.Message} Name another with Deprovisioner__Config.");
        }
    }
}
