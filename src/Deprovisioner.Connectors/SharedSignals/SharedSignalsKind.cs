using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.SharedSignals;

/// <summary>
/// Tells a receiver of the OpenID Shared Signals Framework 1.0 (https://openid.net/specs/openid-sharedsignals-framework-1_0.html) what happened to a person, by Security Event Tokens (RFC 8417) that are pushed (RFC 8935), or
/// wait at the console until the receiver polls them (RFC 8936).
/// </summary>
internal sealed class SharedSignalsKind : IConnectorKind
{
    public ConnectorDescription Description { get; } = new("shared-signals", EventTypes.Of.Keys.ToHashSet(), SharedSignalsSettings.Described, FindsAccounts: false);

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
        => new SharedSignalsConnector(SharedSignalsSettings.Read(settings, secrets), secrets, clock);
}
