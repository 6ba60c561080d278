using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>Looks whether the management plugin is there and the credential may do what is asked of it. Changes nothing.</summary>
internal sealed class RabbitMqCheck(ManagementClient client, BrokerUsers users, RabbitMqSettings settings)
{
    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(CancellationToken cancellationToken)
    {
        Identity? self = null;
        var fault = await SystemFaultException.OfAsync(async () => self = await client.WhoAmIAsync(cancellationToken));
        if (fault?.Code is Fault.Unreachable or Fault.TimedOut or Fault.Untrusted)
        {
            var reached = fault.Code == Fault.Untrusted;
            return new SystemCheck(reached, null, [new CheckFinding(reached ? "certificate" : "reachable", false, fault.Message)]);
        }

        Find("connection is private", settings.Endpoint.Scheme == Uri.UriSchemeHttps || settings.Endpoint.IsLoopback, "The credential travels in clear text: let the management plugin listen with TLS and use https.");
        Find("credential accepted", self is not null, fault?.Message);
        if (self is null)
        {
            return new SystemCheck(true, null, findings);
        }

        Find("may change users", self.IsAdministrator, $"Only administrators see and change users: rabbitmqctl set_user_tags {settings.User} administrator");
        var unread = await SystemFaultException.OfAsync(() => users.PageAsync(1, cancellationToken));
        Find("users readable", unread is null, unread?.Message);
        Overview? overview = null;
        var unseen = await SystemFaultException.OfAsync(async () => overview = await client.GetAsync<Overview>(Overview.Address, cancellationToken));
        Find("sees which protocols are spoken", overview?.Listeners is not null, unseen?.Message ?? $"Give the user the tag administrator: rabbitmqctl set_user_tags {settings.User} administrator");
        if (self.IsAdministrator)
        {
            await LimitsAsync(cancellationToken);
        }

        return new SystemCheck(true, overview?.RabbitmqVersion is { } version ? $"RabbitMQ {version}" : null, findings);
    }

    // A cluster that was upgraded keeps the feature off until it is turned on; from 3.12 it is always on and may be listed no more.
    private async Task LimitsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<FeatureFlag> flags = [];
        var fault = await SystemFaultException.OfAsync(async () => flags = await client.GetAsync<IReadOnlyList<FeatureFlag>>("feature-flags", cancellationToken));
        Find(
            "users can be limited",
            fault is null && flags.All(flag => flag.Name != "user_limits" || flag.State == "enabled"),
            fault?.Message ?? "disable-account needs limits of users: rabbitmqctl enable_feature_flag user_limits");
    }

    private void Find(string subject, bool ok, string? remedy) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
