using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>A page of a collection.</summary>
/// <param name="Resources">What it holds; each has an id.</param>
/// <param name="Total">What the server says there is in all.</param>
internal sealed record ScimPage(IReadOnlyList<JsonObject> Resources, int Total);

/// <summary>
/// Reads collections. What a server says it found is looked at again here: servers exist that ignore filters, give fewer or more than asked,
/// ignore where to start, or count wrongly, and none of that may bring up somebody else's account or run for ever.
/// </summary>
internal sealed class ScimSearch(ScimClient client)
{
    /// <summary>What one request asks for.</summary>
    public const int PageSize = 100;

    /// <summary>Then nothing more is read: a search of one person's accounts is not to walk through a larger system than this.</summary>
    private const int MostPages = 200;

    /// <summary>Longer requests go into a body: servers commonly refuse addresses of 8,000 characters, some of half that.</summary>
    private const int LongestQuery = 3_000;

    /// <summary>All resources whose attribute has exactly this value.</summary>
    /// <param name="walk">Whether all are read where the server cannot search by this attribute.</param>
    public async Task<IReadOnlyList<JsonObject>> EqualAsync(string collection, ScimAttribute attribute, string value, bool walk, CancellationToken cancellationToken)
    {
        var escaped = ScimFilter.NeedsEscape(value);
        try
        {
            var found = await AllAsync(collection, ScimFilter.Equal(attribute, value), r => attribute.Has(r, value), cancellationToken);

            // A server that does not undo escapes finds nobody by such a name, which must not pass for "no such account".
            if (found.Count > 0 || !escaped)
            {
                return found;
            }
        }
        catch (SystemFaultException error) when ((walk || escaped) && error.Fault is { Outcome: Outcome.Rejected, Code: "http-400" or "http-501" })
        {
            // Section 3.4.2.2: filters are optional, and so is each attribute in them.
        }

        return await AllAsync(collection, null, r => attribute.Has(r, value), cancellationToken);
    }

    /// <summary>One page.</summary>
    /// <param name="start">1 for the first (RFC 7644 section 3.4.2.4).</param>
    public async Task<ScimPage> PageAsync(string collection, string? filter, int start, int count, CancellationToken cancellationToken)
    {
        var query = $"?{(filter is null ? "" : $"filter={Uri.EscapeDataString(filter)}&")}startIndex={start}&count={count}";
        var reply = query.Length <= LongestQuery
            ? await client.GetAsync(collection, query, cancellationToken)
            : await client.SearchAsync(collection, SearchFor(filter, start, count), cancellationToken);
        if (reply.Fault is not null)
        {
            throw new SystemFaultException(reply.Fault);
        }

        // A list response always tells its total; a page for signing in, or another service's answer, does not.
        if (reply.Body?.Number("totalResults") is not { } total)
        {
            throw new SystemFaultException(ScimFaults.NotScim($"/{collection}"));
        }

        var resources = reply.Body.Values("Resources").OfType<JsonObject>().ToList();
        return resources.All(r => r.Text("id") is not null)
            ? new ScimPage(resources, total)
            : throw new SystemFaultException(ScimFaults.NotScim($"/{collection}"));
    }

    private static JsonObject SearchFor(string? filter, int start, int count)
        => new() { ["schemas"] = new JsonArray(ScimNames.SearchSchema), ["filter"] = filter, ["startIndex"] = start, ["count"] = count };

    private async Task<IReadOnlyList<JsonObject>> AllAsync(string collection, string? filter, Func<JsonObject, bool> wanted, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<JsonObject>();
        var start = 1;
        for (var page = 0; page < MostPages; page++)
        {
            var (resources, total) = await PageAsync(collection, filter, start, PageSize, cancellationToken);
            var fresh = resources.Where(r => seen.Add(r.Text("id")!)).ToList();
            found.AddRange(fresh.Where(wanted));
            start += resources.Count;

            if (fresh.Count == 0 && resources.Count > 0 && seen.Count < total)
            {
                throw new SystemFaultException(ScimFaults.PagingIgnored(collection));
            }

            // A full page is followed even where the total says that it was the last, since some servers count only the page.
            if (fresh.Count == 0 || (start > total && resources.Count < PageSize))
            {
                return found;
            }
        }

        throw new SystemFaultException(new Fault(
            Outcome.Rejected, "too-many-results", $"More than {MostPages} pages of /{collection} were read without an end: the server does not filter by this attribute, or counts wrongly."));
    }
}
