using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Manual;

/// <summary>A system without an interface: a badge, a laptop, a paper form. A person does the work and settles the step.</summary>
internal sealed class ManualKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new(
        "manual",
        new HashSet<StepAction> { StepAction.ManualTask },
        [
            new SettingDescription("owner", SettingKind.Text, Required: true, "Who does it: a team or an address, such as facilities."),
            new SettingDescription("within", SettingKind.Duration, Required: false, "How long they have; 24h unless told."),
            new SettingDescription("verify", SettingKind.Choice, Required: false, "required: somebody else must vouch for what was done; not asked for unless told.", ["required"]),
        ],
        FindsAccounts: false);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
    {
        var values = new SettingsReader(settings, secrets);
        return new ManualConnector(values.Required("owner"), Durations.Parse(values.Optional("within") ?? "24h") ?? throw values.Unusable("within", "is no duration such as 24h"), values.Optional("verify") == "required");
    }
}
