using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>A kind of system that a file declares: see <see cref="Declaration"/>.</summary>
/// <param name="name">Its name in the configuration: that of the file.</param>
/// <param name="declaration">Checked.</param>
internal sealed class RestKind(string name, Declaration declaration) : IConnectorKind
{
    internal const string CaFile = "caFile";
    internal const string TransferTo = "transferTo";

    public Declaration Declaration => declaration;

    public ConnectorDescription Description { get; } = new(
        name,
        ActionsOf(declaration).ToHashSet(),
        [
            .. declaration.Settings.Select(s => new SettingDescription(s.Key, s.Value.Kind, s.Value.IsRequired, s.Value.Help, s.Value.Allowed)),
            new(CaFile, SettingKind.Text, false, "PEM file of the authorities that vouch for the server; default: those of the machine."),
            .. ActionsOf(declaration).Contains(StepAction.TransferData)
                ? [new SettingDescription(TransferTo, SettingKind.Text, false, "Who gets what a leaver owns: a fact such as person.manager.email, or account:archive@example.test. Needed for transfer-data.")]
                : Array.Empty<SettingDescription>(),
        ]);

    /// <summary>What the declaration says how to do.</summary>
    public static IEnumerable<StepAction> ActionsOf(Declaration declaration)
    {
        var entitlements = declaration.Entitlements.Values;
        var derived = new (StepAction Action, bool Does)[]
        {
            (StepAction.RevokeSessions, declaration.Sessions.Values.Any(Removes)),
            (StepAction.RevokeCredentials, declaration.Credentials.Values.Any(Removes)),
            (StepAction.ReclaimLicence, declaration.Licences.Values.Any(Removes)),
            (StepAction.TransferData, declaration.Owned.Values.Any(Removes)),
            (StepAction.RemoveEntitlements, entitlements.Any(Removes)),
            (StepAction.RestoreAccount, entitlements.Any(h => h.Restore.Count > 0 || h.Set.Count > 0)),
        };
        return declaration.Actions.Keys.Concat(derived.Where(d => d.Does).Select(d => d.Action)).Distinct();
    }

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock) => new RestConnector(declaration, RestSettings.Read(declaration, settings, secrets), secrets, clock);

    private static bool Removes(DeclaredHolding holding) => holding.Remove.Count > 0 || holding.Set.Count > 0;
}
