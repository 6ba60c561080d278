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
        ],
        FindsAccounts: false);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        => new ManualConnector(
            secrets.Resolve(settings.Values.GetValueOrDefault("owner") ?? throw Bad(settings, "owner is missing")),
            settings.Values.GetValueOrDefault("within") is { } within ? Durations.Parse(within) ?? throw Bad(settings, "within is no duration such as 24h") : TimeSpan.FromHours(24));

    private static SystemFaultException Bad(SystemSettings settings, string what)
        => new(new Fault(Outcome.Rejected, "bad-setting", $"{settings.Name}: {what}."));
}
