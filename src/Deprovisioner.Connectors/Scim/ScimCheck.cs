using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>Looks whether the service is there and the credential sees what it must. Changes nothing.</summary>
internal sealed class ScimCheck(ScimClient client, ScimSearch search, ScimSettings settings)
{
    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(CancellationToken cancellationToken)
    {
        var users = await SystemFaultException.OfAsync(() => search.PageAsync(ScimNames.Users, null, 1, 1, cancellationToken));
        if (users?.Code is Fault.Unreachable or Fault.TimedOut or Fault.Untrusted)
        {
            var reached = users.Code == Fault.Untrusted;
            return new SystemCheck(reached, null, [new CheckFinding(reached ? "certificate" : "reachable", false, users.Message)]);
        }

        Find("connection is private", settings.Endpoint.Scheme == Uri.UriSchemeHttps || settings.Endpoint.IsLoopback, "The credential travels in clear text: use https.");
        Find("credential accepted", users?.Outcome != Outcome.Unauthorized, users?.Message);
        Find("users readable", users is null, users?.Message);
        if (users is null)
        {
            await FilterAsync(cancellationToken);
            await GroupsAsync(cancellationToken);
            await PatchAsync(cancellationToken);
        }

        return new SystemCheck(true, null, findings);
    }

    private async Task FilterAsync(CancellationToken cancellationToken)
    {
        var nobody = ScimFilter.Equal(settings.Match, $"nobody-{Guid.NewGuid():n}");
        ScimPage? page = null;
        var fault = await SystemFaultException.OfAsync(async () => page = await search.PageAsync(ScimNames.Users, nobody, 1, 1, cancellationToken));
        Find(
            $"users can be searched by {settings.Match.Text}",
            page is { Resources.Count: 0 },
            fault?.Message ?? "The server ignores the filter. Each search reads all users; choose an attribute that it can search by.");
    }

    private async Task GroupsAsync(CancellationToken cancellationToken)
    {
        if (settings.GroupsFrom != GroupSource.None)
        {
            var fault = await SystemFaultException.OfAsync(() => search.PageAsync(ScimNames.Groups, null, 1, 1, cancellationToken));
            Find("groups readable", fault is null, $"{fault?.Message} A system without groups has groupsFrom: none.");
        }
    }

    private async Task PatchAsync(CancellationToken cancellationToken)
    {
        if (settings.Patch == PatchUse.Put)
        {
            return;
        }

        var reply = await client.GetAsync(ScimNames.ServiceProviderConfig, "", cancellationToken);
        Find(
            "PATCH supported",
            ScimCapabilities.Supports(reply.Body, "patch") ?? true,
            "The server says that it has no PATCH: whole resources are written with PUT, and a group's members with them. Set patch: put if that is right.");
    }

    private void Find(string subject, bool ok, string? remedy) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
