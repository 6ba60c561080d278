using System.Globalization;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// A user in the field's terms.
/// <para>
/// IAM has no switch that turns a user off. What comes to the same and is undone without loss: an inline policy that denies everything, which also ends what temporary
/// credentials made from the user can do (permissions are looked up at each use), and every key inactive. The password is left by a disable, since it could not be put
/// back: it opens a console in which nothing may be done. <c>revoke-credentials</c> deletes it.
/// </para>
/// <para>
/// A permissions boundary is no entitlement: it only limits, and a user without it could do more. The same holds for policies that only deny.
/// </para>
/// </summary>
internal static class IamState
{
    public const string GroupPrefix = "group:";

    public const string AttachedPrefix = "policy:";

    public const string InlinePrefix = "inline:";

    public const string ActiveKeys = "active-keys";

    public const string HadPassword = "password";

    /// <summary>
    /// A role that the user has assumed goes on by itself, for as long as the longest session of any role lasts:
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html
    /// </summary>
    private static readonly TimeSpan LongestRoleSession = TimeSpan.FromHours(12);

    public static bool Enabled(Holdings holdings) => !holdings.DeniedAll || holdings.Keys.Any(k => k.Active);

    /// <param name="usedSince">Whether an active key was used after the instant up to which sessions are denied.</param>
    public static AccountState Of(IamUser user, Holdings holdings, bool usedSince, bool own) => new()
    {
        Account = user.Ref,
        OtherNames = [user.Arn],
        Enabled = Enabled(holdings),
        Critical = own,
        LiveSessions = MaySessionsLive(user, holdings, usedSince) ? 1 : 0,
        Credentials = holdings.Keys.Count + (holdings.Password ? 1 : 0),
        Entitlements = Entitlements(holdings),
        ResidualUntil = holdings.Inline.Max(p => p.DeniedSince) + LongestRoleSession,
        RestoreAttributes = Kept(holdings),
        Details = new Dictionary<string, string>
        {
            ["console-password"] = holdings.Password ? "yes" : "no",
            ["active-keys"] = holdings.Keys.Count(k => k.Active).ToString(CultureInfo.InvariantCulture),
            ["mfa-devices"] = holdings.MfaDevices.Count.ToString(CultureInfo.InvariantCulture),
            ["temporary-sessions"] = holdings.DeniedAll ? "denied"
                : holdings.SessionsDeniedBefore is { } before ? $"denied if from before {before.ToString("O", CultureInfo.InvariantCulture)}"
                : "not denied",
        },
    };

    public static IReadOnlyList<Entitlement> Entitlements(Holdings holdings) =>
    [
        .. holdings.Groups.Select(g => new Entitlement(GroupPrefix + g.Id, g.Name) { NameIgnoresCase = true }),
        .. holdings.Attached.Where(p => !p.OnlyDenies).Select(p => new Entitlement(AttachedPrefix + p.Arn, p.Name) { NameIgnoresCase = true }),
        .. holdings.Inline.Where(p => !p.IsOurs && !p.OnlyDenies).Select(p => new Entitlement(InlinePrefix + p.Name, p.Name) { NameIgnoresCase = true }),
    ];

    /// <summary>
    /// Sessions cannot be counted: IAM keeps no list of temporary credentials. None can live where everything is denied, nor where those from before an instant are denied and
    /// nobody has signed in since.
    /// </summary>
    private static bool MaySessionsLive(IamUser user, Holdings holdings, bool usedSince)
        => !holdings.DeniedAll && (holdings.SessionsDeniedBefore is not { } before || user.PasswordLastUsed > before || usedSince);

    private static Dictionary<string, string> Kept(Holdings holdings)
    {
        var kept = holdings.Inline.Where(p => !p.IsOurs && !p.OnlyDenies).ToDictionary(p => InlinePrefix + p.Name, p => p.Json, StringComparer.Ordinal);
        foreach (var group in holdings.Groups)
        {
            kept[GroupPrefix + group.Id] = group.Name;
        }

        kept[ActiveKeys] = string.Join(',', holdings.Keys.Where(k => k.Active).Select(k => k.Text));
        kept[HadPassword] = holdings.Password ? "yes" : "no";
        return kept;
    }
}
