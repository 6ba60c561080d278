using System.ComponentModel;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>One request. Exactly one of the methods is given, with its path below the server's address, or a whole address.</summary>
internal record DeclaredRequest
{
    [Description("GET this path.")]
    public Template? Get { get; init; }

    [Description("POST to this path.")]
    public Template? Post { get; init; }

    [Description("PUT to this path.")]
    public Template? Put { get; init; }

    [Description("PATCH this path.")]
    public Template? Patch { get; init; }

    [Description("DELETE this path. Say what it deletes with target.")]
    public Template? Delete { get; init; }

    [Description("The query, by parameter; one that has several values is sent once for each.")]
    public IReadOnlyDictionary<string, IReadOnlyList<Template>> Query { get; init; } = new Dictionary<string, IReadOnlyList<Template>>();

    [Description("Headers beside the server's.")]
    public IReadOnlyDictionary<string, Template> Headers { get; init; } = new Dictionary<string, Template>();

    [Description("The body, as JSON.")]
    public Body? Json { get; init; }

    [Description("The body's media type; application/json unless told.")]
    public string? MediaType { get; init; }

    [Description("The body, as a form (application/x-www-form-urlencoded).")]
    public IReadOnlyDictionary<string, Template>? Form { get; init; }

    [Description("Which of server.credentials proves who sends it; server.credential unless told.")]
    public string? Credential { get; init; }

    [Description("What answers mean where it is not what HTTP says; the first that fits counts, before the server's.")]
    public IReadOnlyList<DeclaredAnswer> Answers { get; init; } = [];

    public (HttpMethod Method, Template Path)? Line => (Get, Post, Put, Patch, Delete) switch
    {
        ({ } path, null, null, null, null) => (HttpMethod.Get, path),
        (null, { } path, null, null, null) => (HttpMethod.Post, path),
        (null, null, { } path, null, null) => (HttpMethod.Put, path),
        (null, null, null, { } path, null) => (HttpMethod.Patch, path),
        (null, null, null, null, { } path) => (HttpMethod.Delete, path),
        _ => null,
    };
}

/// <summary>The request for one account.</summary>
internal sealed record DeclaredRead : DeclaredRequest
{
    [Description("Where in the answer the account stands; the whole answer unless told.")]
    public Location AccountAt { get; init; } = Location.Whole;
}

/// <summary>A request for several things.</summary>
internal record DeclaredListing : DeclaredRequest
{
    [Description("Each of them in the answer, such as $.value[*].")]
    public Location Items { get; init; } = Location.Whole;

    [Description("Only those for which all of these hold.")]
    public IReadOnlyList<DeclaredCondition> Where { get; init; } = [];

    [Description("Where in each of them a secret stands, such as $.token: it is sent where a request names it, and shown nowhere.")]
    public IReadOnlyList<Location> Secret { get; init; } = [];

    [Description("How the next page is asked for; there is one page unless told.")]
    public DeclaredPages? Pages { get; init; }
}

/// <summary>A request that finds the account which has {value}.</summary>
internal sealed record DeclaredFind : DeclaredListing
{
    [Description("Where the value stands in what is found: what does not have it is not who was asked for. Servers exist that ignore a search.")]
    public required Location ValueAt { get; init; }

    [Description("Whether the system tells capitals from small letters in it; false unless told.")]
    public bool CaseMatters { get; init; }
}

internal sealed record DeclaredPages
{
    [Description("The relation in the Link header (RFC 8288) that leads to the next page, such as next.")]
    public string? Link { get; init; }

    [Description("Where the next page's whole address stands in the answer.")]
    public Location? Next { get; init; }

    [Description("Where the cursor of the next page stands in the answer; goes into the query as parameter says, or where {cursor} stands in a body, from which it is left out on the first page.")]
    public Location? Cursor { get; init; }

    [Description("The request for every page after the first, where it is another one: {cursor} says where the page begins.")]
    public DeclaredRequest? Continue { get; init; }

    [Description("Another page follows only where all of these hold of the answer, for systems that give a cursor in any case.")]
    public IReadOnlyList<DeclaredCondition> More { get; init; } = [];

    [Description("The query's parameter that counts accounts from first on.")]
    public string? Offset { get; init; }

    [Description("The query's parameter that counts pages from first on.")]
    public string? Page { get; init; }

    [Description("The query's parameter, or the body's place, that takes the cursor.")]
    public string? Parameter { get; init; }

    [Description("The number of the first account or page; 0 for offset and 1 for page unless told.")]
    public int? First { get; init; }

    [Description("How many a full page has: what is shorter is the last. Without it an empty page is the last.")]
    public int? Size { get; init; }
}

/// <summary>A request that changes something.</summary>
internal sealed record DeclaredStep : DeclaredRequest
{
    [Description("What is changed or deleted: account, membership, session, token, role, licence. A DELETE without it is refused.")]
    public string? Target { get; init; }

    [Description("Sent only where all of these hold of the account.")]
    public IReadOnlyList<DeclaredCondition> When { get; init; } = [];

    [Description("Sent only where all of these hold of what is taken away or given back. It is refused where none of the requests fits.")]
    public IReadOnlyList<DeclaredCondition> WhenItem { get; init; } = [];

    [Description("The work that the answer says has begun, asked for until it has ended.")]
    public DeclaredJob? Job { get; init; }
}

/// <summary>Work that the system does after its answer.</summary>
internal sealed record DeclaredJob : DeclaredRequest
{
    [Description("Where its state stands.")]
    public required Location At { get; init; }

    [Description("The words for: done.")]
    public required IReadOnlyList<string> Done { get; init; }

    [Description("The words for: failed.")]
    public IReadOnlyList<string> Failed { get; init; } = [];

    [Description("How long to wait before it is asked for again; 2s unless told. Retry-After counts where it is given.")]
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>What an answer means.</summary>
internal sealed record DeclaredAnswer
{
    [Description("The statuses for which this holds; all unless told.")]
    public IReadOnlyList<int> Status { get; init; } = [];

    [Description("And what must stand in the body; all of them.")]
    public IReadOnlyList<DeclaredCondition> Body { get; init; } = [];

    [Description("What it means.")]
    public required Meaning Means { get; init; }

    [Description("What a person is told; else what the system says.")]
    public string? Says { get; init; }
}

/// <summary>What an answer can mean.</summary>
internal enum Meaning
{
    /// <summary>It is as it was asked for, now or already.</summary>
    Done,

    /// <summary>There is no such account (read), nobody (find), nothing (list), or it is gone already (steps).</summary>
    Nothing,

    /// <summary>It was taken and is done later.</summary>
    Accepted,

    /// <summary>Too much was asked for in too short a time.</summary>
    Throttled,

    /// <summary>Not now.</summary>
    Transient,

    /// <summary>The credential is refused, or lacks a right.</summary>
    Unauthorized,

    /// <summary>It will never be done like this.</summary>
    Rejected,

    /// <summary>It belongs to another system.</summary>
    NotRemovableHere,
}
