using System.Collections.Concurrent;
using System.Xml.Linq;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// Finds users. Every action of IAM takes a name and an account here is an id: so the name is looked up anew before anything is done, and whether it is still
/// the same user's.
/// </summary>
internal sealed class IamUsers(IamClient client, AwsIamSettings settings)
{
    /// <summary>Users with their tags and inline policies; 1,000 would be allowed, and are many megabytes where policies are long.</summary>
    private const string PageSize = "200";

    /// <summary>An account has at most 5,000 users: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html</summary>
    private readonly ConcurrentDictionary<string, IamName> lastNames = new(StringComparer.Ordinal);

    private volatile string? ownId;

    /// <summary>Whose key the requests are signed with.</summary>
    /// <returns>Null: a role's or the account's own.</returns>
    public async Task<IamUser?> OwnAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The one request that leaves the user's name out on purpose.
            var found = await client.FindAsync(IamRequest.Reading("GetUser"), cancellationToken);
            var own = found?.Child("User") is { } user && user.Text("UserName") is not null ? IamUser.Of(user, "GetUser") : null;
            ownId = own?.Id ?? "";
            return own;
        }
        catch (SystemFaultException error) when (error.Fault.Code == "iam-ValidationError")
        {
            ownId = "";
            return null;
        }
    }

    public async Task<bool> IsOwnAsync(string id, CancellationToken cancellationToken)
    {
        if (ownId is null)
        {
            await OwnAsync(cancellationToken);
        }

        return ownId == id;
    }

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => settings.MatchTag is { } tag ? await ByTagAsync(tag, matchValue, cancellationToken)
            : IamName.Of(matchValue) is { } name && await ByNameAsync(name, cancellationToken) is { } user ? [user.Ref]
            : [];

    /// <summary>The user with this id, whatever it is called now; null: there is none any more.</summary>
    public async Task<IamUser?> ByIdAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsId(id))
        {
            return null;
        }

        if (lastNames.TryGetValue(id, out var last) && await ByNameAsync(last, cancellationToken) is { } same && same.Id == id)
        {
            return same;
        }

        string? marker = null;
        do
        {
            var (users, next) = await client.PageAsync(IamRequest.Reading("ListUsers", ("MaxItems", "1000")), "Users", marker, cancellationToken);
            if (users.FirstOrDefault(u => u.Text("UserId") == id) is { } found)
            {
                return Remembered(IamUser.Of(found, "ListUsers"));
            }

            marker = next;
        }
        while (marker is not null);

        return null;
    }

    /// <summary>A page of all users, with their tags and inline policies.</summary>
    public Task<(IReadOnlyList<XElement> Members, string? Marker)> PageAsync(string? marker, CancellationToken cancellationToken)
        => client.PageAsync(IamRequest.Reading("GetAccountAuthorizationDetails", ("Filter.member.1", "User"), ("MaxItems", PageSize)), "UserDetailList", marker, cancellationToken);

    /// <summary>What finds the user; null: it lacks the tag.</summary>
    public string? MatchValue(XElement user)
        => settings.MatchTag is not { } tag ? user.Text("UserName")
            : user.Members("Tags").FirstOrDefault(t => IsKey(t, tag))?.Text("Value");

    /// <summary>https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html: 16 to 128 word characters.</summary>
    private static bool IsId(string id) => id.Length is >= 16 and <= 128 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    // Keys of tags are told apart without regard to case: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_naming
    private static bool IsKey(XElement tag, string key) => string.Equals(tag.Text("Key"), key, StringComparison.OrdinalIgnoreCase);

    private async Task<IamUser?> ByNameAsync(IamName name, CancellationToken cancellationToken)
    {
        if (await client.FindAsync(IamRequest.Reading("GetUser", name), cancellationToken) is not { } result)
        {
            return null;
        }

        var user = result.Child("User") is { } found ? Remembered(IamUser.Of(found, "GetUser")) : throw new SystemFaultException(IamGrading.NotIam("GetUser"));

        // Names differ by more than case: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names
        return user.Name.Text.Equals(name.Text, StringComparison.OrdinalIgnoreCase) ? user : throw new SystemFaultException(IamGrading.NotIam("GetUser"));
    }

    /// <summary>By GetAccountAuthorizationDetails, the one list that has tags: ListUsers would take a further request for each user.</summary>
    private async Task<IReadOnlyList<AccountRef>> ByTagAsync(string tag, string value, CancellationToken cancellationToken)
    {
        var found = new List<AccountRef>();
        if (value.Length == 0)
        {
            return found;
        }

        string? marker = null;
        do
        {
            var (users, next) = await PageAsync(marker, cancellationToken);
            found.AddRange(users.Where(u => u.Members("Tags").Any(t => IsKey(t, tag) && t.Text("Value") == value)).Select(u => Remembered(IamUser.Of(u, "GetAccountAuthorizationDetails")).Ref));
            marker = next;
        }
        while (marker is not null);

        return found;
    }

    private IamUser Remembered(IamUser user)
    {
        lastNames[user.Id] = user.Name;
        return user;
    }
}
