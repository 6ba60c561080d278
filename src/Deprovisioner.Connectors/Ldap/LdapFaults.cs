using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>What a request does, as far as a missing or refusing answer is concerned.</summary>
internal enum LdapEffect
{
    Reads,
    AddsValue,
    RemovesValue,
    DeletesEntry,
    ChangesEntry,
}

/// <summary>Turns a result code (RFC 4511, section 4.1.9 and appendix A) into the field's own terms. Pure.</summary>
internal static class LdapFaults
{
    public const int Success = 0;
    public const int CompareFalse = 5;
    public const int CompareTrue = 6;
    public const int NoSuchAttribute = 16;
    public const int UndefinedAttributeType = 17;
    public const int AttributeOrValueExists = 20;
    public const int NoSuchObject = 32;
    public const int InsufficientAccessRights = 50;
    public const int ObjectClassViolation = 65;

    /// <summary>Whether the answer says that it is now, or was already, as the request wants it.</summary>
    public static bool MeansDone(int code, LdapEffect effect) => (code, effect) switch
    {
        (Success, _) => true,
        (NoSuchAttribute or NoSuchObject, LdapEffect.RemovesValue) => true,
        (AttributeOrValueExists, LdapEffect.AddsValue) => true,
        (NoSuchObject, LdapEffect.DeletesEntry) => true,
        _ => false,
    };

    /// <summary>The fault of an answer that is neither success nor done.</summary>
    /// <param name="code">The result code.</param>
    /// <param name="effect">What was asked.</param>
    /// <param name="diagnostic">The server's own words, if any.</param>
    public static Fault Of(int code, LdapEffect effect, string? diagnostic) => code switch
    {
        // The server answered that it will not work now.
        51 or 52 => new(Outcome.Transient, Fault.Unreachable, Sentence(code, "The server says that it is busy or unavailable", diagnostic)),
        3 => new(Outcome.Transient, "ldap-3", Sentence(code, "The server's time limit passed", diagnostic)),
        // 80 is what servers say of their own inner trouble (a full disk, a broken transaction); 118 to 122: cancelled, or the entry was
        // renamed between reading and changing (RFC 4528: assertionFailed).
        80 or 118 or 122 => new(Outcome.Transient, $"ldap-{code}", Sentence(code, code == 122 ? "The entry changed its place meanwhile" : "The server failed", diagnostic)),
        // What is wrong is our credential, or how it is presented: the same for every person.
        7 or 8 or 13 or 48 or 49 or 50 or 123 => new(Outcome.Unauthorized, $"ldap-{code}", Sentence(code, Credential(code), diagnostic)),
        // A server without the right to see an entry's parent says "no such object" (slapd.access(5), disclose): for a read, our base is wrong or hidden.
        NoSuchObject when effect == LdapEffect.Reads
            => new(Outcome.Unauthorized, "ldap-32", Sentence(code, "The base DN does not exist, or the bind DN may not see it", diagnostic)),
        4 => new(Outcome.Rejected, "ldap-4", Sentence(code, "The server gives the bind DN too few entries: raise its size limit", diagnostic)),
        11 => new(Outcome.Rejected, "ldap-11", Sentence(code, "The search costs more than the server allows: index the attributes, or raise the bind DN's limit", diagnostic)),
        10 => new(Outcome.Rejected, "ldap-10", Sentence(code, "The server refers to another one: name the server that holds and may change the entries", diagnostic)),
        UndefinedAttributeType => new(Outcome.Rejected, "ldap-17", Sentence(code, "The server does not know the attribute (for pwdAccountLockedTime: the ppolicy overlay)", diagnostic)),
        66 => new(Outcome.Rejected, "ldap-66", Sentence(code, "The entry has others below it", diagnostic)),
        _ => new(Outcome.Rejected, $"ldap-{code}", Sentence(code, "The server refused", diagnostic)),
    };

    /// <summary>The fault of a connection that ended, or stayed silent, before an answer came.</summary>
    /// <param name="effect">What was asked.</param>
    /// <param name="sent">Whether any of it may have reached the server.</param>
    /// <param name="silent">True: the time limit passed. False: the connection ended.</param>
    public static Fault NoAnswer(LdapEffect effect, bool sent, bool silent) => (sent, effect) switch
    {
        (true, not LdapEffect.Reads) => new(Outcome.Indeterminate, Fault.NoAnswer, "The change was sent, and no answer came."),
        (true, LdapEffect.Reads) when silent => new(Outcome.Transient, Fault.TimedOut, "The server did not answer in time."),
        _ => new(Outcome.Transient, Fault.Unreachable, "The connection to the server ended."),
    };

    private static string Credential(int code) => code switch
    {
        49 => "The server does not accept the bind DN and its password (they are wrong, or that account is locked)",
        50 => "The bind DN lacks the right to do this",
        8 or 13 => "The server wants an encrypted connection: use ldaps:// or startTls",
        _ => "The server does not accept this way of signing in",
    };

    private static string Sentence(int code, string says, string? diagnostic)
    {
        // Not cut here: the host does that once it has taken secrets out, and half a secret would not be known for one.
        var words = new string([.. (diagnostic ?? "").Select(c => char.IsControl(c) ? ' ' : c)]).Trim();
        return words.Length > 0 ? $"{says} (result {code}: {words})." : $"{says} (result {code}).";
    }
}
