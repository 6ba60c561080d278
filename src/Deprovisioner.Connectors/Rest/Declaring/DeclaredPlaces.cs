using System.Globalization;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>A request, where it stands in the file, and the values that it may name.</summary>
/// <param name="Writes">Whether it changes something.</param>
internal sealed record DeclaredPlace(string Path, DeclaredRequest Request, IReadOnlyList<string> Sources, bool Writes)
{
    /// <summary>True for the request that signs in.</summary>
    public bool MayHoldSecrets { get; init; }
}

/// <summary>All requests of a declaration.</summary>
internal static class DeclaredPlaces
{
    private static readonly string[] OfAccount = ["settings", "id", "name", "account"];

    public static IEnumerable<DeclaredPlace> Of(Declaration declaration)
        =>
        [
            .. Credentials(declaration.Server).Where(c => c.Credential.Login is not null).Select(c => new DeclaredPlace($"{c.Path}.login", c.Credential.Login!, ["settings"], Writes: false) { MayHoldSecrets = true }),
            .. declaration.Find.SelectMany(f => Listing($"find.{f.Key}", f.Value, ["settings", "value", "cursor"])),
            new DeclaredPlace("read", declaration.Read, ["settings", "id"], Writes: false),
            .. Listing("list", declaration.List, ["settings", "cursor"]),
            .. Holdings(declaration).SelectMany(h => OfHolding(h.Facet, $"{h.Facet}.{h.Sort}", h.Holding)),
            .. declaration.Actions.SelectMany(a => Steps($"actions.{EnumText.Of(a.Key)}", a.Value, a.Key == StepAction.TransferData ? [.. OfAccount, "facts", "to"] : [.. OfAccount, "facts"])),
        ];

    /// <summary>All ways in which requests prove who sends them.</summary>
    public static IEnumerable<(string Path, DeclaredCredential Credential)> Credentials(DeclaredServer server)
        => server.Credentials.Select(c => ($"server.credentials.{c.Key}", c.Value)).Prepend(("server.credential", server.Credential));

    public static IEnumerable<(string Facet, string Sort, DeclaredHolding Holding)> Holdings(Declaration declaration)
        => new[]
        {
            ("entitlements", declaration.Entitlements), ("sessions", declaration.Sessions), ("credentials", declaration.Credentials),
            ("licences", declaration.Licences), ("owned", declaration.Owned),
        }.SelectMany(facet => facet.Item2.Select(h => (facet.Item1, h.Key, h.Value)));

    private static IEnumerable<DeclaredPlace> OfHolding(string facet, string path, DeclaredHolding holding)
        =>
        [
            .. holding.List is { } list ? Listing($"{path}.list", list, [.. OfAccount, "cursor"]) : [],
            .. Steps($"{path}.remove", holding.Remove, facet == "owned" ? [.. OfAccount, "item", "facts", "to"] : [.. OfAccount, "item", "facts"]),
            .. Steps($"{path}.restore", holding.Restore, [.. OfAccount, "item"]),
            .. Steps($"{path}.set", holding.Set, [.. OfAccount, "remaining"]),
        ];

    private static IEnumerable<DeclaredPlace> Listing(string path, DeclaredListing listing, string[] sources)
        =>
        [
            new DeclaredPlace(path, listing, sources, Writes: false),
            .. listing.Pages?.Continue is { } onward ? [new DeclaredPlace($"{path}.pages.continue", onward, sources, Writes: false)] : Array.Empty<DeclaredPlace>(),
        ];

    private static IEnumerable<DeclaredPlace> Steps(string path, IReadOnlyList<DeclaredStep> steps, string[] sources)
        => steps.Index().SelectMany(s =>
        {
            var at = steps.Count == 1 ? path : string.Create(CultureInfo.InvariantCulture, $"{path}[{s.Index}]");
            string[] known = s.Index == 0 ? sources : [.. sources, "answer"];
            return s.Item.Job is { } job
                ? new[] { new DeclaredPlace(at, s.Item, known, Writes: true), new DeclaredPlace($"{at}.job", job, [.. sources, "answer"], Writes: false) }
                : [new DeclaredPlace(at, s.Item, known, Writes: true)];
        });
}
