using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>Looks whether IAM is there and the credential may do what is asked of it, by IAM's own simulation. Changes nothing.</summary>
internal sealed class AwsIamCheck(IamClient client, IamUsers users, AwsIamSettings settings)
{
    /// <summary>What each action of the connector needs, beside reading.</summary>
    private static readonly IReadOnlyList<(string Subject, string[] Rights)> Needed =
    [
        ("users readable",
        [
            "GetUser", "ListUsers", "GetAccountAuthorizationDetails", "GetLoginProfile", "ListAccessKeys", "GetAccessKeyLastUsed", "ListSigningCertificates", "ListSSHPublicKeys",
            "ListServiceSpecificCredentials", "ListMFADevices", "ListAttachedUserPolicies", "ListUserPolicies", "GetUserPolicy", "ListGroupsForUser",
        ]),
        ("may disable, and end sessions", ["PutUserPolicy", "UpdateAccessKey", "UpdateSigningCertificate", "UpdateSSHPublicKey", "UpdateServiceSpecificCredential"]),
        ("may revoke credentials",
        [
            "DeleteLoginProfile", "DeleteAccessKey", "DeleteSigningCertificate", "DeleteSSHPublicKey", "DeleteServiceSpecificCredential", "DeactivateMFADevice", "DeleteVirtualMFADevice",
        ]),
        ("may remove entitlements", ["DetachUserPolicy", "DeleteUserPolicy", "RemoveUserFromGroup"]),
        ("may delete users", ["DeleteUser"]),
        ("may restore", ["AttachUserPolicy", "AddUserToGroup", "GetGroup"]),
    ];

    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(CancellationToken cancellationToken)
    {
        IamUser? own = null;
        var fault = await SystemFaultException.OfAsync(async () => own = await users.OwnAsync(cancellationToken));
        if (fault?.Code is Fault.Unreachable or Fault.TimedOut or Fault.Untrusted)
        {
            var reached = fault.Code == Fault.Untrusted;
            return new SystemCheck(reached, null, [new CheckFinding(reached ? "certificate" : "reachable", false, fault.Message)]);
        }

        Find("credential accepted", fault is null, fault?.Message);
        if (fault is null)
        {
            var unread = await SystemFaultException.OfAsync(() => users.PageAsync(null, cancellationToken));
            Find("users listable", unread is null, unread?.Message);
            await RightsAsync(settings.RoleArn ?? own?.Arn, cancellationToken);
        }

        return new SystemCheck(true, "IAM 2010-05-08", findings);
    }

    private async Task RightsAsync(string? source, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            Find("rights can be checked", false, "It is not told whose key this is, since it is a temporary one: use the key of an IAM user, with roleArn if need be, or check its rights by hand.");
            return;
        }

        var parameters = Needed.SelectMany(n => n.Rights).Select((right, i) => ($"ActionNames.member.{i + 1}", $"iam:{right}")).Prepend(("PolicySourceArn", source)).ToArray();
        var allowed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var fault = await SystemFaultException.OfAsync(async () =>
        {
            var results = await client.ListAsync(IamRequest.Reading("SimulatePrincipalPolicy", parameters), "EvaluationResults", cancellationToken);
            allowed.UnionWith(results.Where(r => r.Text("EvalDecision") == "allowed").Select(r => r.Text("EvalActionName") ?? ""));
        });
        Find("rights can be checked", fault is null, $"{fault?.Message} Allow {source} iam:SimulatePrincipalPolicy.");
        foreach (var (subject, rights) in fault is null ? Needed : [])
        {
            var lacking = rights.Select(right => $"iam:{right}").Where(right => !allowed.Contains(right)).ToList();
            Find(subject, lacking.Count == 0, $"Allow {string.Join(", ", lacking)} to {source}.");
        }
    }

    private void Find(string subject, bool ok, string? remedy) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
