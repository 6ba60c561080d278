using System.Globalization;
using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>What the program tells of accounts, in the field's terms.</summary>
internal static partial class LinuxAccounts
{
    /// <summary>Restore attribute: the day after which the account was to expire, in days since 1970, or <see cref="Never"/>.</summary>
    public const string Expires = "expires";

    /// <summary>Restore attribute: whether a password was there, and unlocked.</summary>
    public const string PasswordUnlocked = "password-unlocked";

    /// <summary>Detail: how many processes the person started that run under another account.</summary>
    public const string StartedAsOthers = "processes-under-other-accounts";

    /// <summary>Detail: by what else sshd takes keys.</summary>
    public const string OtherKeys = "sshd-also-asks";

    /// <summary>Detail: files of keys that are good for every account.</summary>
    public const string SharedKeys = "keys-for-everybody-in";

    /// <summary>Detail: the home directory.</summary>
    public const string Home = "home";

    public const string Yes = "yes";
    public const string Never = "never";

    /// <summary>Whether the text has the form of an id: the program says what the parts mean.</summary>
    public static bool IsId(string text) => Id().IsMatch(text) && ProgramRequest.CanBeAField(text.Split(':', 3)[2]);

    /// <summary>Where a page ended: a uid and a name.</summary>
    public static bool IsCursor(string text) => Cursor().IsMatch(text) && ProgramRequest.CanBeAField(text.Split(':', 2)[1]);

    public static string CursorAfter(AccountRef last) => $"{last.Id.Split(':')[0]}:{last.Name}";

    public static AccountRef Ref(ProgramAnswer told) => new(told["account"], told["name"]);

    public static ListedAccount Listed(ProgramAnswer told, bool byComment)
    {
        var parts = CommentParts(told);
        return new(Ref(told), told["enabled"] == Yes, byComment ? parts.Find(IsAddress) ?? told["comment"] : told["name"])
        {
            Critical = told["critical"] == Yes,
            OtherNames = parts,
        };
    }

    public static AccountState State(ProgramAnswer told) => new()
    {
        Account = Ref(told),
        OtherNames = CommentParts(told),
        Enabled = told["enabled"] == Yes,
        Critical = told["critical"] == Yes,
        LiveSessions = Number(told["processes"]),

        // Without sshd's word on where the keys are nobody can tell how many there are.
        Credentials = Number(told["passwords"]) + Number(told["keys"]),
        Entitlements = [.. told.All("entitlement").Select(Entitled)],
        RestoreAttributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Expires] = told["expires"] is { Length: > 0 } day ? day : Never,
            [PasswordUnlocked] = told["password"] is "set" or "none" ? Yes : "no",
        },
        Details = Details(told),
    };

    /// <summary>The comment field is a list by custom: full name, room, telephones, other (https://man7.org/linux/man-pages/man1/chfn.1.html).</summary>
    private static List<string> CommentParts(ProgramAnswer told) => [.. told["comment"].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool IsAddress(string text) => text.Contains('@', StringComparison.Ordinal);

    private static Dictionary<string, string> Details(ProgramAnswer told)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["password"] = told["password"],
            ["expires"] = told["expires"] is { Length: > 0 } day ? $"day {day} since 1970{(told["expired"] == Yes ? ", past" : "")}" : Never,
            ["shell"] = told["shell"],
            [Home] = told["home"],
        };
        if (told["uid-shared"] == Yes)
        {
            details["uid"] = "shared with another account";
        }

        if (Number(told["started-as-others"]) is > 0 and var others)
        {
            details[StartedAsOthers] = others.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (key, says) in new[] { ("other-keys", OtherKeys), ("shared-keys", SharedKeys) })
        {
            if (told[key].Length > 0)
            {
                details[says] = told[key];
            }
        }

        return details;
    }

    private static Entitlement Entitled(string line)
        => line.Split('\t') is [var id, var name, var owner] ? new Entitlement(id, name, owner.Length == 0 ? null : owner) : throw Unreadable();

    private static int? Number(string text)
        => text.Length == 0 ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Unreadable();

    private static SystemFaultException Unreadable()
        => new(new Fault(Outcome.Unauthorized, "program-answer", "The program on the machine answers in a way that this version does not read: install this version's deploy/linux-ssh there."));

    [GeneratedRegex(@"\A[0-9]{1,10}:(h:[0-9]{1,20}\.[0-9]{9}|n:[^:\n\0]{1,255})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[0-9]{1,10}:[^:\n\0]{1,255}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Cursor();
}
