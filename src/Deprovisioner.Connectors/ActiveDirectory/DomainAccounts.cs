using System.Buffers.Binary;
using System.DirectoryServices.Protocols;
using System.Globalization;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>Finds and reads accounts on one connection.</summary>
internal sealed class DomainAccounts(LdapSession session, ActiveDirectorySettings settings, TimeProvider clock)
{
    /// <summary>By which people call an account.</summary>
    private static readonly string[] Naming = [DomainAttributes.AccountName, "userPrincipalName", "mail", "cn", "employeeID"];

    /// <summary>Administrator, Guest and krbtgt: [MS-DTYP], section 2.4.2.4.</summary>
    private static readonly uint[] BuiltIn = [500, 501, 502];

    private readonly string[] listed = [ObjectGuid.Attribute, settings.MatchAttribute, DomainAttributes.Control, DomainAttributes.Sid, DomainAttributes.Critical, .. Naming];

    private string[] Read =>
    [
        .. listed, DomainAttributes.Expires, DomainAttributes.PrimaryGroup, LdapSearch.FirstOf(DomainAttributes.MemberOf), DomainAttributes.Changed, DomainAttributes.AdminCount, DomainAttributes.OtherIdentities, DomainAttributes.Keys,
        DomainAttributes.PasswordSet,
    ];

    /// <summary>Those whose match attribute has this value.</summary>
    /// <exception cref="SystemFaultException">Ambiguous: the server takes a value for equal that is another text.</exception>
    public async Task<IReadOnlyList<SearchResultEntry>> FindAsync(string matchValue, CancellationToken cancellationToken)
    {
        var byId = settings.MatchAttribute.Equals(ObjectGuid.Attribute, StringComparison.OrdinalIgnoreCase);
        var equal = matchValue.Length == 0 ? null : byId ? ObjectGuid.Filter(matchValue) : LdapFilter.Equal(settings.MatchAttribute, matchValue);
        if (equal is null)
        {
            return [];
        }

        var found = await session.AllAsync(settings.BaseDn, LdapFilter.And(settings.AccountFilter, equal), [ObjectGuid.Attribute, settings.MatchAttribute], cancellationToken);

        // A controller compares without accents too ([MS-ADTS], section 3.1.1.2.2.4.13): müller is found by muller. Case is all that may differ here; more than that is for a person to judge.
        return byId || found.FirstOrDefault(entry => !entry.Texts(settings.MatchAttribute).Contains(matchValue, StringComparer.OrdinalIgnoreCase)) is not { } other
            ? found
            : throw new SystemFaultException(other.Count(settings.MatchAttribute) == 0
                ? new Fault(Outcome.Unauthorized, "attribute-hidden", $"The bind DN may search by {settings.MatchAttribute} but not read it: allow it to.")
                : new Fault(Outcome.Ambiguous, "match-not-exact", $"The server takes the value of {settings.MatchAttribute} of {other.DistinguishedName} for equal, but it is another text."));
    }

    /// <summary>The account with this id, wherever it is now.</summary>
    public async Task<SearchResultEntry?> EntryAsync(string accountId, CancellationToken cancellationToken)
        => ObjectGuid.Filter(accountId) is { } equal
            ? (await session.AllAsync(settings.BaseDn, LdapFilter.And(settings.AccountFilter, equal), Read, cancellationToken)).SingleOrDefault()
            : null;

    /// <exception cref="SystemFaultException">The bind DN may not read the id.</exception>
    public static AccountRef Ref(SearchResultEntry entry)
        => ObjectGuid.Of(entry) is { } id
            ? new AccountRef(ObjectGuid.Text(id), entry.DistinguishedName)
            : throw new SystemFaultException(new Fault(Outcome.Unauthorized, "attribute-hidden", $"The bind DN may not read {ObjectGuid.Attribute}: allow it to."));

    /// <summary>The bound account: to cut it would cut us off. Those that the domain needs: it guards some of them itself, and not all.</summary>
    public bool IsCritical(SearchResultEntry entry)
        => session.Facts.OwnIds.Contains(Ref(entry).Id)
            || "TRUE".Equals(entry.First(DomainAttributes.Critical), StringComparison.OrdinalIgnoreCase)
            || (entry.Bytes(DomainAttributes.Sid) is { Length: > 4 } sid && BuiltIn.Contains(BinaryPrimitives.ReadUInt32LittleEndian(sid.AsSpan(sid.Length - 4))));

    public async Task<AccountState> StateAsync(SearchResultEntry entry, CancellationToken cancellationToken)
    {
        var control = AccountControl.Of(entry);
        var groups = await new DomainGroups(session, settings).OfAsync(entry, cancellationToken);
        var restore = new Dictionary<string, string>
        {
            [DomainAttributes.PrimaryGroup] = entry.First(DomainAttributes.PrimaryGroup) ?? "",
            [DomainAttributes.Expires] = entry.First(DomainAttributes.Expires) ?? "",
            [DomainRestore.Container] = DistinguishedNames.Split(entry.DistinguishedName)?.Container ?? "",
            [DomainRestore.RefusesPasswords] = control.RefusesPasswords ? "true" : "false",
        };
        return new AccountState
        {
            Account = Ref(entry),
            OtherNames = [.. Naming.Append(settings.MatchAttribute).SelectMany(entry.Texts).Distinct(StringComparer.Ordinal)],
            Enabled = !control.IsDisabled,
            Entitlements = [.. groups.Select(group => new Entitlement(group.Id, group.Dn, group.Owner) { NameIgnoresCase = true })],
            Credentials = (control.RefusesPasswords ? 0 : 1) + entry.Count(DomainAttributes.OtherIdentities) + entry.Count(DomainAttributes.Keys),
            ResidualUntil = control.IsDisabled ? TicketsUntil(entry) : null,
            Critical = IsCritical(entry),
            RestoreAttributes = restore,
            KeptWhenDeleted = session.Facts.Domain is { SeesDeleted: true },
            Details = Details(entry, control),
        };
    }

    /// <summary>A deleted account as it can be brought back. It is called by the name that it will have, since the one of a deleted object is made up.</summary>
    public AccountState DeletedState(SearchResultEntry deleted) => new()
    {
        Account = Ref(deleted) with { Name = DeletedObjects.PlaceOf(deleted) },
        OtherNames = deleted.Texts(DomainAttributes.AccountName),
        Enabled = false,
        Deleted = true,
        Critical = IsCritical(deleted),
        Details = new Dictionary<string, string> { ["dn"] = deleted.DistinguishedName },
    };

    /// <summary>One page of all accounts.</summary>
    public async Task<(IReadOnlyList<ListedAccount> Accounts, byte[] Cookie)> PageAsync(byte[] cookie, CancellationToken cancellationToken)
    {
        var filter = LdapFilter.And(settings.AccountFilter, LdapFilter.Present(settings.MatchAttribute));
        var (entries, next) = await session.PageAsync(settings.BaseDn, filter, listed, cookie, LdapSearch.PageSize, cancellationToken);
        return ([.. entries.Select(Listed)], next);
    }

    /// <summary>With what the evidence must not leave out: what a deletion leaves, and of which groups nothing is known here.</summary>
    private Dictionary<string, string> Details(SearchResultEntry entry, AccountControl control)
    {
        var details = new Dictionary<string, string>
        {
            ["dn"] = entry.DistinguishedName,
            [DomainAttributes.Control] = control.ToString(),
            ["recycleBin"] = session.Facts.Domain is { HasRecycleBin: true } ? "on" : "off",
        };
        if (OtherDomains.Of(session, settings) is { Count: > 0 } others)
        {
            details["groupsNotSeen"] = string.Join(", ", others);
        }

        return details;
    }

    private ListedAccount Listed(SearchResultEntry entry)
    {
        var account = Ref(entry);
        var match = settings.MatchAttribute.Equals(ObjectGuid.Attribute, StringComparison.OrdinalIgnoreCase) ? account.Id : entry.First(settings.MatchAttribute);
        return new ListedAccount(account, !AccountControl.Of(entry).IsDisabled, match)
        {
            OtherNames = [.. Naming.SelectMany(entry.Texts).Distinct(StringComparer.Ordinal)],
            Critical = IsCritical(entry),
        };
    }

    /// <summary>
    /// A ticket that was given out before goes on until its end, whatever becomes of the account. When it was disabled is not written down; the object's last change here is that or later, so this is never too early.
    /// </summary>
    private DateTimeOffset? TicketsUntil(SearchResultEntry entry)
        => DateTimeOffset.TryParseExact(entry.First(DomainAttributes.Changed), "yyyyMMddHHmmss.0'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var changed)
            && changed + settings.TicketLifetime > clock.GetUtcNow()
                ? changed + settings.TicketLifetime
                : null;
}
