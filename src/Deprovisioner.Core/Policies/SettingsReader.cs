using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads a connector's own settings into <see cref="SystemSettings.Values"/>, by the connector's description.</summary>
internal sealed class SettingsReader(ConnectorDescription connector, FaultList faults)
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <param name="own">The keys that every system has.</param>
    public IReadOnlyDictionary<string, string> Read(YamlFields system, IReadOnlyList<string> own)
    {
        foreach (var entry in system.Rest.ToList())
        {
            Take(entry, "", system.Path, own);
        }

        foreach (var missing in connector.Settings.Where(s => s.Required && !seen.Contains(s.Key)))
        {
            faults.Add(system.At, $"{system.Path}.{missing.Key}", $"'{missing.Key}' is missing; the connector {connector.Connector} requires it", $"write it: {missing.Help.TrimEnd('.')}");
        }

        return values;
    }

    private void Take(YamlEntry entry, string prefix, string path, IReadOnlyList<string> own)
    {
        var key = prefix + entry.Key.Value;
        if (connector.Settings.FirstOrDefault(s => s.Key == key) is { } setting)
        {
            if (seen.Add(key))
            {
                Value(setting, entry.Value, $"{path}.{entry.Key.Value}");
            }
            else
            {
                faults.Add(entry.Key, $"{path}.{entry.Key.Value}", $"'{key}' stands here a second time", "keep one of the two");
            }
        }
        else if (entry.Value is YamlMap map && connector.Settings.Any(s => s.Key.StartsWith(key + ".", StringComparison.Ordinal)))
        {
            var inner = YamlFields.Of(map, $"{path}.{entry.Key.Value}", faults, "")!;
            foreach (var nested in inner.Rest.ToList())
            {
                Take(nested, key + ".", inner.Path, []);
            }
        }
        else
        {
            YamlFields.RefuseUnknown(entry, path, [.. connector.Settings.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(s => s.Key[prefix.Length..]), .. own], faults);
        }
    }

    private void Value(SettingDescription setting, YamlItem item, string path)
    {
        if (setting.Kind == SettingKind.List && item is YamlList list)
        {
            foreach (var (index, one) in list.Items.Index())
            {
                Text(setting, one, $"{path}[{index}]", $"{setting.Key}.{index}");
            }
        }
        else
        {
            Text(setting, item, path, setting.Kind == SettingKind.List ? $"{setting.Key}.0" : setting.Key);
        }
    }

    private void Text(SettingDescription setting, YamlItem item, string path, string key)
    {
        if (item is not YamlText { IsNull: false } text || text.Value.Trim().Length == 0)
        {
            faults.Add(item, path, item is YamlText ? "the value is empty" : $"{item.Kind} stands where a text is expected", $"write it: {setting.Help.TrimEnd('.')}");
        }
        else if (SettingCheck.Fault(setting, text.Value) is var (message, remedy))
        {
            faults.Add(item, path, message, remedy);
        }
        else
        {
            values[key] = text.Value;
        }
    }
}
