using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Worker.Settings;

/// <summary>The kinds of connectors of an installation: those of this build, and those that the files of the folder <c>connectors</c> beside the configuration declare. Read when a process starts.</summary>
internal static class KnownConnectors
{
    private const string Folder = "connectors";

    /// <param name="configPath">The organisation's YAML file.</param>
    /// <exception cref="SettingsException">A file cannot be read, or has faults: the message lists all of them with file, line, column and remedy.</exception>
    public static IReadOnlyList<IConnectorKind> Beside(string configPath)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configPath))!, Folder);
        try
        {
            var (kinds, faults) = DeclaredKinds.In(folder);
            return faults.Count == 0
                ? ConnectorCatalogue.With(kinds)
                : throw new SettingsException(
                    $"{folder} has {faults.Count} {(faults.Count == 1 ? "fault" : "faults")}:{Environment.NewLine}"
                    + string.Join(Environment.NewLine, faults.Select(found => $"  {found.File}:{found.Fault}")));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The declared connectors cannot be read: {error.Message}");
        }
        catch (ArgumentException taken)
        {
            throw new SettingsException($"{folder}: {taken.Message}");
        }
    }
}
