using System.Text.Json;
using System.Text.Json.Serialization;
using Deprovisioner.Contracts;

namespace Deprovisioner.Storage;

/// <summary>What the connectors of an orchestrator's build can do, as it is kept beside the configuration that it took up: whoever plans by that needs no connector.</summary>
internal static class ConnectorsText
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Of(IReadOnlyList<ConnectorDescription> connectors)
        => JsonSerializer.Serialize(connectors.Select(c => new Kept(c.Connector, [.. c.Actions.Order()], c.Settings, c.FindsAccounts)), Options);

    public static IReadOnlyList<ConnectorDescription> Read(string text)
        => [.. JsonSerializer.Deserialize<List<Kept>>(text, Options)!.Select(c => new ConnectorDescription(c.Connector, c.Actions.ToHashSet(), c.Settings, c.FindsAccounts))];

    private sealed record Kept(string Connector, IReadOnlyList<StepAction> Actions, IReadOnlyList<SettingDescription> Settings, bool FindsAccounts);
}
