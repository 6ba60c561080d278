using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>A managed policy that is attached to the user.</summary>
internal sealed record AttachedPolicy(string Arn, string Name)
{
    // Those of AWS's own that only deny: with them gone the user could do more. AWS attaches the quarantine to a user whose key was found in public:
    // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html
    public bool OnlyDenies => Arn.Contains(":iam::aws:policy/", StringComparison.Ordinal) && (DeniesAll || Name.StartsWith("AWSCompromisedKeyQuarantine", StringComparison.Ordinal));

    /// <summary>https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html</summary>
    public bool DeniesAll => Arn.EndsWith(":iam::aws:policy/AWSDenyAll", StringComparison.Ordinal);
}

/// <summary>A group that the user is in.</summary>
internal sealed record IamGroup(string Id, string Name);

/// <summary>All that a user has, which is all that stands in the way of its deletion: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html</summary>
internal sealed record Holdings
{
    /// <summary>Whether there is a password for the console.</summary>
    public required bool Password { get; init; }

    public required IReadOnlyList<IamKey> Keys { get; init; }

    /// <summary>Serial numbers, of a virtual device its ARN.</summary>
    public required IReadOnlyList<string> MfaDevices { get; init; }

    public required IReadOnlyList<AttachedPolicy> Attached { get; init; }

    public required IReadOnlyList<PolicyDocument> Inline { get; init; }

    public required IReadOnlyList<IamGroup> Groups { get; init; }

    public bool DeniedAll => Inline.Any(p => p.DeniesAll) || Attached.Any(p => p.DeniesAll);

    public DateTimeOffset? SessionsDeniedBefore => Inline.Max(p => p.SessionsDeniedBefore);

    public static async Task<Holdings> ReadAsync(IamClient client, IamName user, CancellationToken cancellationToken)
    {
        var keys = new List<IamKey>();
        foreach (var kind in KeyKind.All)
        {
            var listed = await client.ListAsync(IamRequest.Reading(kind.ListAction, user), kind.List, cancellationToken);
            keys.AddRange(listed.Select(k => new IamKey(kind, Required(k.Text(kind.IdElement), kind.ListAction), k.Text("Status") == "Active")));
        }

        var inline = new List<PolicyDocument>();
        foreach (var name in (await client.ListAsync(IamRequest.Reading("ListUserPolicies", user), "PolicyNames", cancellationToken)).Select(p => p.Value))
        {
            // One that is gone by now is not there.
            if (await client.FindAsync(IamRequest.Reading("GetUserPolicy", user, ("PolicyName", name)), cancellationToken) is { } policy)
            {
                inline.Add(PolicyDocument.Escaped(name, Required(policy.Text("PolicyDocument"), "GetUserPolicy")));
            }
        }

        var attached = await client.ListAsync(IamRequest.Reading("ListAttachedUserPolicies", user), "AttachedPolicies", cancellationToken);
        var groups = await client.ListAsync(IamRequest.Reading("ListGroupsForUser", user), "Groups", cancellationToken);
        var devices = await client.ListAsync(IamRequest.Reading("ListMFADevices", user), "MFADevices", cancellationToken);
        return new Holdings
        {
            Password = await client.FindAsync(IamRequest.Reading("GetLoginProfile", user), cancellationToken) is not null,
            Keys = keys,
            MfaDevices = [.. devices.Select(d => Required(d.Text("SerialNumber"), "ListMFADevices"))],
            Attached = [.. attached.Select(p => new AttachedPolicy(Required(p.Text("PolicyArn"), "ListAttachedUserPolicies"), Required(p.Text("PolicyName"), "ListAttachedUserPolicies")))],
            Inline = inline,
            Groups = [.. groups.Select(g => new IamGroup(Required(g.Text("GroupId"), "ListGroupsForUser"), Required(g.Text("GroupName"), "ListGroupsForUser")))],
        };
    }

    private static string Required(string? text, string action) => text is { Length: > 0 } ? text : throw new SystemFaultException(IamGrading.NotIam(action));
}
