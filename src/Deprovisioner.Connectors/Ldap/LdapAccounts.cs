using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>Finds and reads accounts on one connection.</summary>
internal sealed class LdapAccounts(LdapSession session, LdapSettings settings)
{
    private const string Policy = "pwdPolicySubentry";

    /// <summary>What decoding puts in place of bytes that are no UTF-8: U+FFFD.</summary>
    private const char Unreadable = '\uFFFD';

    /// <summary>By which people call an account; a server ignores those that its schema lacks.</summary>
    private static readonly string[] Naming = ["uid", "cn", "mail", "sAMAccountName", "userPrincipalName"];

    /// <summary>What each account is read with. Credentials are counted, never looked at.</summary>
    private readonly string[] attributes =
        [settings.IdAttribute, settings.MatchAttribute, settings.Lock.Attribute, Policy, LdapGroups.MemberOf, .. Naming, .. settings.CredentialAttributes];

    /// <summary>What a list needs of each account.</summary>
    private readonly string[] listAttributes = [settings.IdAttribute, settings.MatchAttribute, settings.Lock.Attribute, Policy, .. Naming];

    /// <summary>Those whose match attribute has this value.</summary>
    /// <exception cref="SystemFaultException">Ambiguous: the server takes a value for equal that is another text.</exception>
    public async Task<IReadOnlyList<SearchResultEntry>> FindAsync(string matchValue, CancellationToken cancellationToken)
    {
        if (matchValue.Length == 0 || LdapFilter.Equal(settings.MatchAttribute, matchValue) is not { } equal)
        {
            return [];
        }

        var found = await session.AllAsync(settings.BaseDn, LdapFilter.And(settings.AccountFilter, equal), [settings.IdAttribute, settings.MatchAttribute], cancellationToken);
        foreach (var entry in found)
        {
            // A server compares prepared texts (RFC 4518): blanks are folded, and some servers drop invisible characters.
            // Case is all that may differ here; more than that is for a person to judge.
            var values = Readable(entry, settings.MatchAttribute);
            if (!values.Contains(matchValue, StringComparer.OrdinalIgnoreCase))
            {
                throw new SystemFaultException(new Fault(
                    Outcome.Ambiguous, "match-not-exact", $"The server takes the value of {settings.MatchAttribute} of {entry.DistinguishedName} for equal, but it is another text."));
            }
        }

        return found;
    }

    /// <summary>The account with this id, under whichever DN it has now.</summary>
    public async Task<SearchResultEntry?> EntryAsync(string accountId, CancellationToken cancellationToken)
    {
        if (accountId.Length == 0 || LdapFilter.Equal(settings.IdAttribute, accountId) is not { } equal)
        {
            return null;
        }

        var found = await session.AllAsync(settings.BaseDn, LdapFilter.And(settings.AccountFilter, equal), attributes, cancellationToken);
        return found.Count(entry => Readable(entry, settings.IdAttribute).Contains(accountId, StringComparer.OrdinalIgnoreCase)) switch
        {
            0 => null,
            1 when found.Count == 1 => found[0],
            _ => throw new SystemFaultException(new Fault(Outcome.Ambiguous, "id-not-unique", $"Several entries have the same {settings.IdAttribute}.")),
        };
    }

    /// <summary>One page of all accounts.</summary>
    public async Task<(IReadOnlyList<ListedAccount> Accounts, byte[] Cookie)> PageAsync(byte[] cookie, CancellationToken cancellationToken)
    {
        var filter = LdapFilter.And(settings.AccountFilter, LdapFilter.Present(settings.MatchAttribute));
        var (entries, next) = await session.PageAsync(settings.BaseDn, filter, listAttributes, cookie, LdapSearch.PageSize, cancellationToken);
        var page = new List<ListedAccount>(entries.Count);
        foreach (var entry in entries)
        {
            page.Add(new ListedAccount(Ref(entry), await IsEnabledAsync(entry, cancellationToken), entry.First(settings.MatchAttribute))
            {
                OtherNames = Names(entry),
                Critical = IsOwn(entry),
            });
        }

        return (page, next);
    }

    /// <exception cref="SystemFaultException">The id is no text: as one it could not be looked for again, and the account would seem to be gone.</exception>
    public AccountRef Ref(SearchResultEntry entry)
        => Readable(entry, settings.IdAttribute)[0] is var id && !id.Contains(Unreadable, StringComparison.Ordinal)
            ? new AccountRef(id, entry.DistinguishedName)
            : throw new SystemFaultException(new Fault(Outcome.Unauthorized, "id-not-text", $"The values of {settings.IdAttribute} are not text: set idAttribute to an attribute whose values are."));

    /// <summary>The bound account, or the placeholder: cutting it would cut us off, or break the groups that it keeps.</summary>
    public bool IsOwn(SearchResultEntry entry)
        => session.Facts.OwnIds.Contains(Ref(entry).Id)
            || entry.DistinguishedName.Equals(settings.Server.BindDn, StringComparison.OrdinalIgnoreCase)
            || entry.DistinguishedName.Equals(settings.PlaceholderMember, StringComparison.OrdinalIgnoreCase);

    public async Task<AccountState> StateAsync(SearchResultEntry entry, CancellationToken cancellationToken)
    {
        var groups = await new LdapGroups(session, settings).OfAsync(entry, cancellationToken);
        var restore = groups.GroupBy(group => group.Id)
            .ToDictionary(group => LdapGroups.RestoreKey(group.Key), group => string.Join(',', group.Select(one => one.Attribute).OfType<string>()));
        var details = new Dictionary<string, string> { ["dn"] = entry.DistinguishedName };
        if (entry.First(settings.Lock.Attribute) is { } value)
        {
            details[settings.Lock.Attribute] = value;
            if (!settings.Lock.DependsOnPolicy)
            {
                restore[settings.Lock.Attribute] = value;
            }
        }

        var ignoring = await PolicyThatIgnoresLocksAsync(entry, cancellationToken);
        if (ignoring is not null)
        {
            details["lockIgnoredBy"] = ignoring;
        }

        return new AccountState
        {
            Account = Ref(entry),
            OtherNames = Names(entry),
            Enabled = !IsLocked(entry) || ignoring is not null,
            Entitlements = [.. groups.GroupBy(group => group.Id).Select(group => group.First()).Select(group => new Entitlement(group.Id, group.Dn, group.Owner) { NameIgnoresCase = true })],
            Credentials = await CredentialsAsync(entry, cancellationToken),
            Critical = IsOwn(entry),
            RestoreAttributes = restore,
            Details = details,
        };
    }

    public IReadOnlyList<string> Names(SearchResultEntry entry) => [.. Naming.Append(settings.MatchAttribute).SelectMany(entry.Texts).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether one can sign in with it, as far as the lock tells.</summary>
    public async Task<bool> IsEnabledAsync(SearchResultEntry entry, CancellationToken cancellationToken)
        => !IsLocked(entry) || await PolicyThatIgnoresLocksAsync(entry, cancellationToken) is not null;

    /// <summary>The DN of the account's own password policy, if under it the server ignores the lock (see <see cref="LdapLock.DependsOnPolicy"/>).</summary>
    public async Task<string?> PolicyThatIgnoresLocksAsync(SearchResultEntry entry, CancellationToken cancellationToken)
        => settings.Lock.DependsOnPolicy
            && entry.First(Policy) is { } policy
            && await session.EntryAsync(policy, ["pwdLockout"], cancellationToken) is { } found
            && !string.Equals(found.First("pwdLockout"), "TRUE", StringComparison.OrdinalIgnoreCase)
                ? policy
                : null;

    /// <summary>Whether an attribute is there, even where its values may not be read. A value that is not shown looks like one that is not there.</summary>
    /// <returns>Null: the bind DN may not even ask.</returns>
    public async Task<bool?> HasAsync(string dn, string attribute, string anyValue, CancellationToken cancellationToken)
    {
        // Compare tells the two apart (RFC 4511, section 4.10; slapd checks the right to compare before it looks for the attribute).
        var answer = await session.SendAsync(new CompareRequest(dn, attribute, anyValue), LdapEffect.Reads, cancellationToken);
        return (int)answer.ResultCode switch
        {
            LdapFaults.NoSuchAttribute or LdapFaults.UndefinedAttributeType => false,
            LdapFaults.CompareTrue or LdapFaults.CompareFalse => true,
            _ => null,
        };
    }

    private async Task<int?> CredentialsAsync(SearchResultEntry entry, CancellationToken cancellationToken)
    {
        var sum = 0;
        foreach (var attribute in settings.CredentialAttributes)
        {
            var count = entry.Count(attribute);
            if (count == 0)
            {
                switch (await HasAsync(entry.DistinguishedName, attribute, "x", cancellationToken))
                {
                    case null: return null;
                    case true: count = 1; break;
                    default: break;
                }
            }

            sum += count;
        }

        return sum;
    }

    private bool IsLocked(SearchResultEntry entry) => settings.Lock.IsDisabledBy(entry.Texts(settings.Lock.Attribute));

    private static IReadOnlyList<string> Readable(SearchResultEntry entry, string attribute)
        => entry.Texts(attribute) is { Count: > 0 } values ? values
            : throw new SystemFaultException(new Fault(Outcome.Unauthorized, "attribute-hidden", $"The bind DN may search by {attribute} but not read it: allow it to."));
}
