using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Where the next page begins.</summary>
/// <param name="Value">The address, cursor or number.</param>
/// <param name="First">The first thing of the page before: a server that shows it again does not heed the paging.</param>
internal sealed record NextPage(string Value, string First);

/// <summary>Reads listings page by page.</summary>
internal sealed class RestPages(RestClient client)
{
    /// <summary>A hundred thousand things at a hundred a page; what never ends is a server's fault.</summary>
    private const int MostPages = 1_000;

    /// <summary>All items; empty where the answer means that there is nothing.</summary>
    public async Task<IReadOnlyList<JsonNode>> AllAsync(DeclaredListing listing, Scope scope, CancellationToken cancellationToken)
    {
        var all = new List<JsonNode>();
        NextPage? next = null;
        for (var page = 0; page < MostPages; page++)
        {
            (var items, next) = await PageAsync(listing, scope, next, cancellationToken);
            all.AddRange(items);
            if (next is null)
            {
                return all;
            }
        }

        throw new SystemFaultException(new Fault(Outcome.Rejected, "too-many-pages", string.Create(CultureInfo.InvariantCulture, $"After {MostPages} pages there was still another one.")));
    }

    /// <summary>One page.</summary>
    /// <param name="from">Null for the first.</param>
    public async Task<(IReadOnlyList<JsonNode> Items, NextPage? Next)> PageAsync(DeclaredListing listing, Scope scope, NextPage? from, CancellationToken cancellationToken)
    {
        var asked = await AskAsync(listing, scope, from, cancellationToken);
        if (asked.Nothing)
        {
            return ([], null);
        }

        if (asked.Body is null && asked.Status != 204)
        {
            throw RestFaults.NotAsDeclared("it is no JSON");
        }

        var all = listing.Items.In(asked.Body).ToList();
        var next = listing.Pages is { } pages ? Next(pages, asked, all, from, listing, scope) : null;
        return ([.. all.Where(item => listing.Where.AllHold(item, scope))], next);
    }

    private async Task<RestReply> AskAsync(DeclaredListing listing, Scope scope, NextPage? from, CancellationToken cancellationToken)
    {
        var paged = scope.With("cursor", from is null ? null : (JsonNode?)JsonValue.Create(from.Value));
        if (from is not null && listing.Pages is { Link: not null } or { Next: not null })
        {
            return (await client.SendAsync(listing.Line!.Value.Method, OnSameServer(from.Value, listing, scope), listing, paged, writes: false, cancellationToken)).OrThrow();
        }

        if (from is not null && listing.Pages?.Continue is { } onward)
        {
            return (await client.SendAsync(Further(listing, onward), paged, writes: false, cancellationToken)).OrThrow();
        }

        var parameter = listing.Pages is { } pages ? pages.Offset ?? pages.Page ?? pages.Parameter : null;
        var start = from?.Value ?? Start(listing.Pages)?.ToString(CultureInfo.InvariantCulture);
        var request = parameter is null || start is null
            ? listing
            : listing with { Query = new Dictionary<string, IReadOnlyList<Template>>(listing.Query) { [parameter] = [Template.Parse("{start}").Template!] } };
        return (await client.SendAsync(request, start is null ? paged : paged.With("start", start), writes: false, cancellationToken)).OrThrow();
    }

    /// <summary>The same listing by another request.</summary>
    private static DeclaredListing Further(DeclaredListing listing, DeclaredRequest onward) => listing with
    {
        Get = onward.Get,
        Post = onward.Post,
        Put = onward.Put,
        Patch = onward.Patch,
        Delete = onward.Delete,
        Query = onward.Query,
        Headers = onward.Headers,
        Json = onward.Json,
        MediaType = onward.MediaType,
        Form = onward.Form,
        Credential = onward.Credential,
        Answers = [.. onward.Answers, .. listing.Answers],
    };

    private static int? Start(DeclaredPages? pages) => pages switch
    {
        { Offset: not null } => pages.First ?? 0,
        { Page: not null } => pages.First ?? 1,
        _ => null,
    };

    private static NextPage? Next(DeclaredPages pages, RestReply reply, List<JsonNode> items, NextPage? from, DeclaredListing listing, Scope scope)
    {
        var first = items.Count > 0 ? Short(items[0]) : "";
        if (from is not null && items.Count > 0 && first == from.First)
        {
            throw RestFaults.PagingIgnored();
        }

        if (pages.More.Count > 0 && !pages.More.AllHold(reply.Body, scope))
        {
            return null;
        }

        var next = pages switch
        {
            { Link: { } relation } => LinkOf(reply.Headers, relation),
            { Next: { } at } => at.TextIn(reply.Body),
            { Cursor: { } at } => at.TextIn(reply.Body),
            _ => Counted(pages, items.Count, from),
        };
        return string.IsNullOrEmpty(next) ? (pages.More.Count > 0 ? throw RestFaults.NotAsDeclared("another page is said to follow, and not where") : null)
            : next == from?.Value ? throw RestFaults.PagingIgnored()
            : new NextPage(next, first);
    }

    private static string? Counted(DeclaredPages pages, int shown, NextPage? from)
    {
        if (shown == 0 || shown < pages.Size)
        {
            return null;
        }

        var at = from is null ? Start(pages)!.Value : int.Parse(from.Value, CultureInfo.InvariantCulture);
        return (pages.Offset is null ? at + 1 : at + shown).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>RFC 8288 section 3: the target of the link with this relation.</summary>
    private static string? LinkOf(HttpResponseHeaders headers, string relation)
        => !headers.TryGetValues("Link", out var values) ? null : values
            .SelectMany(value => value.Split(",", StringSplitOptions.TrimEntries))
            .Where(link => link.Split(';', StringSplitOptions.TrimEntries).Skip(1).Any(p => p.Equals($"rel=\"{relation}\"", StringComparison.OrdinalIgnoreCase) || p.Equals($"rel={relation}", StringComparison.OrdinalIgnoreCase)))
            .Select(link => link.Split(';')[0].Trim().TrimStart('<').TrimEnd('>'))
            .FirstOrDefault();

    private Uri OnSameServer(string next, DeclaredListing listing, Scope scope)
    {
        var first = client.AddressOf(listing, scope);
        return Uri.TryCreate(first, next, out var address) && address.Scheme == first.Scheme && address.Authority == first.Authority && address.UserInfo.Length == 0
            ? address
            : throw RestFaults.ForeignPage();
    }

    /// <summary>Enough to tell one thing from another.</summary>
    private static string Short(JsonNode item)
        => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(item.ToJsonString())))[..16];
}
