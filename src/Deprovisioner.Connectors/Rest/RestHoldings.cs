using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Rest;

/// <summary>One thing that an account has.</summary>
/// <param name="Sort">The name of its sort.</param>
/// <param name="Id">Without the sort.</param>
/// <param name="Item">As the system shows it.</param>
/// <param name="Kept">What giving it back needs beside its id, as JSON; null: nothing.</param>
internal sealed record Held(string Sort, string Id, JsonNode Item, Entitlement Entitlement, string? Kept);

/// <summary>What one account has.</summary>
/// <param name="scope">What templates may name of it.</param>
/// <param name="account">As the system shows it.</param>
internal sealed class RestHoldings(RestPages pages, Scope scope, JsonNode account)
{
    /// <summary>Where an id stands unless told.</summary>
    public static readonly Location DefaultId = Location.Parse("$.id").Location!;

    public async Task<IReadOnlyList<Held>> OfAsync(IReadOnlyDictionary<string, DeclaredHolding> sorts, CancellationToken cancellationToken)
    {
        var held = new List<Held>();
        foreach (var (sort, holding) in sorts)
        {
            held.AddRange((await ItemsAsync(holding, cancellationToken)).Select(item => Of(sort, holding, item)));
        }

        return held;
    }

    /// <summary>Null where the declaration says nothing of them.</summary>
    public async Task<int?> CountAsync(IReadOnlyDictionary<string, DeclaredHolding> sorts, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var holding in sorts.Values)
        {
            count += (await ItemsAsync(holding, cancellationToken)).Count;
        }

        return sorts.Count == 0 ? null : count;
    }

    private async Task<IReadOnlyList<JsonNode>> ItemsAsync(DeclaredHolding holding, CancellationToken cancellationToken)
    {
        var items = holding.List is { } list ? await pages.AllAsync(list, scope, cancellationToken) : holding.At!.In(account);
        return [.. items.Where(item => holding.Where.AllHold(item, scope))];
    }

    private Held Of(string sort, DeclaredHolding holding, JsonNode item)
    {
        var id = (holding.Id ?? (item is JsonObject ? DefaultId : Location.Whole)).TextIn(item) is { Length: > 0 } text ? text : throw RestFaults.NotAsDeclared($"a {sort} has no id");
        var owner = holding.Owners.FirstOrDefault(o => o.When.AllHold(item, scope))?.Says ?? (holding.Remove.Count + holding.Set.Count == 0 ? "what its system's interface does not change" : null);
        return new Held(sort, id, item, new Entitlement($"{sort}:{id}", holding.Name?.TextIn(item) ?? id, owner), Kept(holding, item));
    }

    /// <summary>The members of an item that requests name; empty for the whole item.</summary>
    public static IReadOnlySet<string> NamedBy(IReadOnlyList<DeclaredStep> steps)
        => steps
            .SelectMany(s => s.Line!.Value.Path.Values.Concat(s.Query.Values.SelectMany(q => q).SelectMany(q => q.Values)).Concat(s.Json?.Templates.SelectMany(t => t.Values) ?? []).Concat(s.Form?.Values.SelectMany(f => f.Values) ?? []))
            .Where(v => v.Source == "item")
            .Select(v => v.Key.Split('.')[0])
            .Concat(steps.SelectMany(s => s.WhenItem).Select(condition => condition.At.Member))
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>The fields that giving it back names, and no others.</summary>
    private static string? Kept(DeclaredHolding holding, JsonNode item)
    {
        var names = NamedBy(holding.Restore);
        return names.Count == 0 ? null
            : names.Contains("") ? item.ToJsonString()
            : new JsonObject((item as JsonObject ?? []).Where(m => names.Contains(m.Key)).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))).ToJsonString();
    }
}
