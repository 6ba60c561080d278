using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>The actions, each as its own page of the reference has it (API_GetUser.html and so on).</summary>
internal sealed partial class FakeIam
{
    private static readonly Dictionary<string, (string List, string Kind, string Id)> Lists = new(StringComparer.Ordinal)
    {
        ["ListAccessKeys"] = ("AccessKeyMetadata", "AccessKey", "AccessKeyId"),
        ["ListSigningCertificates"] = ("Certificates", "SigningCertificate", "CertificateId"),
        ["ListSSHPublicKeys"] = ("SSHPublicKeys", "SSHPublicKey", "SSHPublicKeyId"),
        ["ListServiceSpecificCredentials"] = ("ServiceSpecificCredentials", "ServiceSpecificCredential", "ServiceSpecificCredentialId"),
    };

    private XElement? Do(string action, Dictionary<string, string> p, bool isRole)
    {
        if (action is "AssumeRole")
        {
            return p["RoleArn"] == Role && p["RoleSessionName"].Length > 1 && p.GetValueOrDefault("ExternalId") == ExternalId && !isRole
                ? El($"{action}Result", El("Credentials", El("AccessKeyId", RoleKeyId), El("SecretAccessKey", Secret), El("SessionToken", RoleToken), El("Expiration", Text(Clock.GetUtcNow().AddSeconds(int.Parse(p["DurationSeconds"], CultureInfo.InvariantCulture))))))
                : throw new FakeIamException(new FakeIamError(403, "AccessDenied", $"User: {Users[OwnName].Arn} is not authorized to perform: sts:AssumeRole"));
        }

        if (action is "ListUsers")
        {
            return Result(action, "Users", Users.Values.OrderBy(u => u.Name, StringComparer.Ordinal).Select(u => El("member", Described(u))), p);
        }

        if (action is "GetAccountAuthorizationDetails")
        {
            return p.GetValueOrDefault("Filter.member.1") == "User"
                ? Result(action, "UserDetailList", Users.Values.OrderBy(u => u.Name, StringComparer.Ordinal).Select(Detailed), p)
                : throw new FakeIamException(new FakeIamError(400, "ValidationError", "Only users were expected to be asked for."));
        }

        if (action is "GetAccessKeyLastUsed")
        {
            var used = Users.Values.SelectMany(u => u.Keys).FirstOrDefault(k => k.Id == p["AccessKeyId"]) ?? throw NoSuch("The key");
            return El($"{action}Result", El("AccessKeyLastUsed", used.LastUsed is { } at ? El("LastUsedDate", Text(at)) : null, El("ServiceName", "N/A"), El("Region", "N/A")));
        }

        if (action is "GetGroup")
        {
            var id = Groups.TryGetValue(p["GroupName"], out var found) ? found : throw NoSuch("The group");
            return El($"{action}Result", El("Group", El("GroupName", p["GroupName"]), El("GroupId", id)), El("Users"), El("IsTruncated", "false"));
        }

        if (action is "DeleteVirtualMFADevice")
        {
            return Users.Values.Any(u => u.MfaDevices.Contains(p["SerialNumber"])) ? throw Conflict("The device is assigned.") : null;
        }

        if (action is "SimulatePrincipalPolicy")
        {
            var asked = p.Where(x => x.Key.StartsWith("ActionNames.member.", StringComparison.Ordinal)).Select(x => x.Value);
            return Result(action, "EvaluationResults", asked.Select(a => El("member", El("EvalActionName", a), El("EvalDecision", Forbidden.Contains(a["iam:".Length..]) ? "implicitDeny" : "allowed"))), p);
        }

        // "If it is not included, it defaults to the user making the request."
        var name = p.TryGetValue("UserName", out var given) ? given : isRole ? throw new FakeIamException(new FakeIamError(400, "ValidationError", "Must specify userName when calling with non-User credentials")) : OwnName;
        if (!Name().IsMatch(name))
        {
            throw new FakeIamException(new FakeIamError(400, "ValidationError", "The specified value for userName is invalid."));
        }

        var user = Users.TryGetValue(name, out var known) ? known : throw NoSuch($"The user with name {name}");
        if (Lists.TryGetValue(action, out var list))
        {
            return Result(action, list.List, user.Keys.Where(k => k.Kind == list.Kind).Select(k => El("member", El("UserName", user.Name), El(list.Id, k.Id), El("Status", k.Active ? "Active" : "Inactive"))), p);
        }

        foreach (var (_, kind, id) in Lists.Values.Where(l => action == $"Update{l.Kind}" || action == $"Delete{l.Kind}"))
        {
            var key = user.Keys.FirstOrDefault(k => k.Kind == kind && k.Id == p[id]) ?? throw NoSuch("The key");
            _ = action.StartsWith("Delete", StringComparison.Ordinal) ? user.Keys.Remove(key) : key.Active = p["Status"] == "Active";
            return null;
        }

        return OfUser(action, user, p);
    }

    private XElement? OfUser(string action, FakeIamUser user, Dictionary<string, string> p)
    {
        switch (action)
        {
            case "GetUser":
                return El($"{action}Result", El("User", [.. Described(user), El("Tags", Tags(user))]));
            case "GetLoginProfile":
                return user.Password ? El($"{action}Result", El("LoginProfile", El("UserName", user.Name))) : throw NoSuch("Login Profile");
            case "ListMFADevices":
                return Result(action, "MFADevices", user.MfaDevices.Select(d => El("member", El("UserName", user.Name), El("SerialNumber", d))), p);
            case "ListAttachedUserPolicies":
                return Result(action, "AttachedPolicies", user.Attached.Select(Attached), p);
            case "ListUserPolicies":
                return Result(action, "PolicyNames", user.Inline.Keys.Select(name => El("member", name)), p);
            case "GetUserPolicy":
                return user.Inline.TryGetValue(p["PolicyName"], out var document)
                    ? El($"{action}Result", El("UserName", user.Name), El("PolicyName", p["PolicyName"]), El("PolicyDocument", Uri.EscapeDataString(document)))
                    : throw NoSuch("The policy");
            case "ListGroupsForUser":
                return Result(action, "Groups", user.Groups.Select(g => El("member", El("GroupName", g), El("GroupId", Groups[g]))), p);
            case "PutUserPolicy":
                user.Inline[p["PolicyName"]] = p["PolicyDocument"];
                return null;
            case "DeleteUserPolicy":
                return user.Inline.Remove(p["PolicyName"]) ? null : throw NoSuch("The policy");
            case "AttachUserPolicy":
                user.Attached.Add(p["PolicyArn"]);
                return null;
            case "DetachUserPolicy":
                return user.Attached.Remove(p["PolicyArn"]) ? null : throw NoSuch("The policy");
            case "AddUserToGroup":
                user.Groups.Add(Groups.ContainsKey(p["GroupName"]) ? p["GroupName"] : throw NoSuch("The group"));
                return null;
            case "RemoveUserFromGroup":
                return user.Groups.Remove(p["GroupName"]) ? null : throw NoSuch("The group");
            case "DeleteLoginProfile":
                user.Password = user.Password ? false : throw NoSuch("Login Profile");
                return null;
            case "DeactivateMFADevice":
                return user.MfaDevices.Remove(p["SerialNumber"]) ? null : throw NoSuch("The device");
            case "DeleteUser":
                return user.IsBare && Users.TryRemove(user.Name, out _) ? null : throw Conflict("Cannot delete entity, must delete what is attached first.");
            default:
                throw new FakeIamException(new FakeIamError(400, "InvalidAction", $"Could not find operation {action}"));
        }
    }

    private static FakeIamException Conflict(string message) => new(new FakeIamError(409, "DeleteConflict", message));

    private static object?[] Described(FakeIamUser user) =>
    [
        El("Path", "/"), El("UserName", user.Name), El("UserId", user.Id), El("Arn", user.Arn), El("CreateDate", "2024-01-01T00:00:00Z"),
        user.PasswordLastUsed is { } at ? El("PasswordLastUsed", Text(at)) : null,
        user.Boundary is { } boundary ? El("PermissionsBoundary", El("PermissionsBoundaryType", "Policy"), El("PermissionsBoundaryArn", boundary)) : null,
    ];

    private static IEnumerable<XElement> Tags(FakeIamUser user) => user.Tags.Select(t => El("member", El("Key", t.Key), El("Value", t.Value)));

    private static XElement Attached(string arn) => El("member", El("PolicyName", arn.Split('/')[^1]), El("PolicyArn", arn));

    private static XElement Detailed(FakeIamUser user) => El(
        "member",
        [
            .. Described(user), El("GroupList", user.Groups.Select(g => El("member", g))), El("AttachedManagedPolicies", user.Attached.Select(Attached)), El("Tags", Tags(user)),
            El("UserPolicyList", user.Inline.Select(i => El("member", El("PolicyName", i.Key), El("PolicyDocument", Uri.EscapeDataString(i.Value))))),
        ]);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[\w+=,.@-]{1,128}\z", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    private XElement Result(string action, string list, IEnumerable<XElement> members, Dictionary<string, string> p)
    {
        var from = p.TryGetValue("Marker", out var marker)
            ? marker.StartsWith("from-", StringComparison.Ordinal) && int.TryParse(marker[5..], out var number) ? number : throw new FakeIamException(new FakeIamError(400, "ValidationError", "Invalid Marker"))
            : 0;
        var most = Math.Min(PageSize, int.Parse(p.GetValueOrDefault("MaxItems", "100"), CultureInfo.InvariantCulture));
        var all = members.ToList();
        var more = all.Count > from + most;
        return El($"{action}Result", El(list, all.Skip(from).Take(most)), El("IsTruncated", more ? "true" : "false"), more ? El("Marker", $"from-{from + most}") : null);
    }
}
