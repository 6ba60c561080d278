using System.DirectoryServices.Protocols;
using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>Searches whose result is whole or a fault: a part of the entries is never taken for all of them.</summary>
internal static class LdapSearch
{
    /// <summary>Servers commonly give 500 entries at most without pages.</summary>
    public const int PageSize = 500;

    /// <summary>Of one attribute; no server gives fewer.</summary>
    private const int ValuesAtOnce = 1000;

    /// <summary>All entries below the base.</summary>
    public static async Task<IReadOnlyList<SearchResultEntry>> AllAsync(
        this LdapSession session, string baseDn, string filter, IReadOnlyList<string> attributes, CancellationToken cancellationToken)
    {
        var all = new List<SearchResultEntry>();
        byte[] cookie = [];
        do
        {
            (var entries, cookie) = await session.PageAsync(baseDn, filter, attributes, cookie, PageSize, cancellationToken);
            all.AddRange(entries);
        }
        while (cookie.Length > 0);
        return all;
    }

    /// <summary>One page (RFC 2696). The cookie is bound to this connection; empty: the first, and after the last.</summary>
    public static async Task<(IReadOnlyList<SearchResultEntry> Entries, byte[] Cookie)> PageAsync(
        this LdapSession session, string baseDn, string filter, IReadOnlyList<string> attributes, byte[] cookie, int size, CancellationToken cancellationToken)
    {
        var request = new SearchRequest(baseDn, filter, SearchScope.Subtree, [.. attributes]);
        // Not critical: a server without pages gives all at once, or result 4, which is a fault.
        request.Controls.Add(new PageResultRequestControl(size) { Cookie = cookie, IsCritical = false });
        request.Controls.AddRange([.. session.SearchControls.Select(oid => new DirectoryControl(oid, null, isCritical: false, serverSide: true))]);
        var answer = (SearchResponse)await session.SendAsync(request, LdapEffect.Reads, cancellationToken);
        ThrowUnlessDone(answer, LdapEffect.Reads);
        if (answer.References.Count > 0)
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "ldap-10", "A part of the tree below the base DN is on another server, so nothing can be said of it."));
        }

        var next = answer.Controls.OfType<PageResultResponseControl>().FirstOrDefault()?.Cookie ?? [];
        return ([.. answer.Entries.Cast<SearchResultEntry>()], next);
    }

    /// <summary>One entry by its DN; null where it is not there or not to be seen.</summary>
    public static async Task<SearchResultEntry?> EntryAsync(this LdapSession session, string dn, IReadOnlyList<string> attributes, CancellationToken cancellationToken)
    {
        var request = new SearchRequest(dn, "(objectClass=*)", SearchScope.Base, [.. attributes]);
        var answer = (SearchResponse)await session.SendAsync(request, LdapEffect.Reads, cancellationToken);
        if ((int)answer.ResultCode is LdapFaults.NoSuchObject or LdapFaults.InsufficientAccessRights)
        {
            return null;
        }

        ThrowUnlessDone(answer, LdapEffect.Reads);
        return answer.Entries.Count > 0 ? answer.Entries[0] : null;
    }

    public static void ThrowUnlessDone(DirectoryResponse answer, LdapEffect effect)
    {
        if (!LdapFaults.MeansDone((int)answer.ResultCode, effect))
        {
            throw new SystemFaultException(LdapFaults.Of((int)answer.ResultCode, effect, answer.ErrorMessage));
        }
    }

    /// <summary>An attribute's values as text. Names are compared without case (RFC 4512, section 2.5); options such as ;lang-de belong to it.</summary>
    public static IReadOnlyList<string> Texts(this SearchResultEntry entry, string attribute)
        => [.. Named(entry, attribute).SelectMany(found => found.GetValues(typeof(string)).Cast<string>())];

    /// <summary>An attribute's first value as it is; null where there is none.</summary>
    public static byte[]? Bytes(this SearchResultEntry entry, string attribute)
        => Named(entry, attribute).SelectMany(found => found.GetValues(typeof(byte[])).Cast<byte[]>()).FirstOrDefault();

    /// <summary>How to ask for an attribute of which there may be very many values: for the first of them.</summary>
    public static string FirstOf(string attribute) => Range(attribute, 0);

    /// <summary>
    /// All values of an attribute that was asked for by <see cref="FirstOf"/>. A domain controller gives 1,500 of them at a time, and says by the name of the attribute which ([MS-ADTS], section 3.1.1.3.1.3.3).
    /// </summary>
    public static async Task<IReadOnlyList<string>> RangedAsync(this LdapSession session, SearchResultEntry entry, string attribute, CancellationToken cancellationToken)
    {
        var all = entry.Texts(attribute).ToList();
        var more = IsPart(entry, attribute);
        while (more)
        {
            var next = await session.EntryAsync(entry.DistinguishedName, [Range(attribute, all.Count)], cancellationToken);
            var values = next?.Texts(attribute) ?? [];
            all.AddRange(values);

            // Somebody who left groups meanwhile has no values behind these.
            more = values.Count > 0 && IsPart(next!, attribute);
        }

        return all;
    }

    public static string? First(this SearchResultEntry entry, string attribute) => entry.Texts(attribute) is [var first, ..] ? first : null;

    /// <summary>How many values, without looking at them.</summary>
    public static int Count(this SearchResultEntry entry, string attribute) => Named(entry, attribute).Sum(found => found.Count);

    private static string Range(string attribute, int from) => string.Create(CultureInfo.InvariantCulture, $"{attribute};range={from}-{from + ValuesAtOnce - 1}");

    /// <summary>Whether the name that came back says that there are more: <c>memberOf;range=0-999</c>, and for the last of them <c>range=1000-*</c>.</summary>
    private static bool IsPart(SearchResultEntry entry, string attribute)
        => Named(entry, attribute).Any(found => found.Name.Contains(";range=", StringComparison.OrdinalIgnoreCase) && !found.Name.EndsWith('*'));

    private static IEnumerable<DirectoryAttribute> Named(SearchResultEntry entry, string attribute)
        => entry.Attributes.Values.Cast<DirectoryAttribute>()
            .Where(found => found.Name.Split(';')[0].Equals(attribute.Split(';')[0], StringComparison.OrdinalIgnoreCase));
}
