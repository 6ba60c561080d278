using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Worker.Settings;

/// <summary>The organisation's YAML file.</summary>
internal static class ConfigurationFile
{
    /// <summary>Reads and checks it.</summary>
    /// <exception cref="SettingsException">It cannot be read, or has faults: the message lists all of them with line, column and remedy.</exception>
    public static Configuration Load(string path)
    {
        var reading = Read(path);
        return reading.Configuration ?? throw new SettingsException(
            $"{path} has {reading.Faults.Count} {(reading.Faults.Count == 1 ? "fault" : "faults")}:{Environment.NewLine}"
            + string.Join(Environment.NewLine, reading.Faults.Select(fault => $"  {path}:{fault}")));
    }

    /// <exception cref="SettingsException">It cannot be read.</exception>
    public static ConfigurationReading Read(string path)
    {
        try
        {
            return ConfigurationReader.Read(File.ReadAllText(path), ConnectorCatalogue.Descriptions);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The configuration file {path} cannot be read: {error.Message} Name another with Deprovisioner__Config.");
        }
    }
}
