using System.Globalization;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest.Catalogue;

/// <summary>
/// The shipped catalogue against its vendors' published descriptions. What each entry sends is approved in <c>NAME.approved.txt</c>; what it makes of the answers that a vendor documents stands
/// in <c>NAME.examples.yaml</c>, each with the page on which the answer stands. What an answer means is one line:
/// <c>nobody</c>; <c>ID NAME enabled|disabled|critical</c>, one for each account; <c>gone</c>; <c>SORT:ID NAME [owner]</c>, one for each thing held; <c>done</c>; or an outcome with its code.
/// </summary>
public sealed class CatalogueTests
{
    public static TheoryData<string> Names => CatalogueEntry.All;

    [Theory]
    [MemberData(nameof(Names))]
    public void Requests_are_as_they_were_approved(string name)
    {
        var entry = new CatalogueEntry(name);

        Assert.Null(ApprovedFile.Difference("Deprovisioner.Connectors.Tests", "Rest/Catalogue", name, RequestShapes.Of(entry)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Documented_answers_mean_what_their_vendor_says(string name)
    {
        var entry = new CatalogueEntry(name);
        foreach (var example in entry.Examples)
        {
            Assert.StartsWith("https://", example.From, StringComparison.Ordinal);
            var meant = await Meaning(entry, example);
            Assert.True(example.Means == meant, $"{name}, {example.Of} ({example.From}): expected '{example.Means}', and it was taken for '{meant}'");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_entry_says_where_it_is_from_what_it_needs_and_what_it_lacks(string name)
    {
        var entry = new CatalogueEntry(name);
        var declaration = entry.Declaration;

        Assert.NotEmpty(declaration.Rights);
        Assert.NotEmpty(declaration.Sources);
        Assert.All(declaration.Sources, source => Assert.StartsWith("https://", source, StringComparison.Ordinal));
        Assert.True(DateOnly.TryParseExact(declaration.ReadOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), "readOn is missing.");

        // Silence about an action would leave somebody to believe that it was done.
        var silent = Enum.GetValues<StepAction>().Except([StepAction.ManualTask]).Except(entry.Kind.Description.Actions).Select(EnumText.Of).Except(declaration.Gaps.Keys);
        Assert.Empty(silent);

        // What is asked of the vendor is shown to be understood: the search, the account, what it has, and a refusal.
        var covered = entry.Examples.Select(e => e.Of).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(
            new[] { $"find.{declaration.Find.Keys.First()}", "read" }.Concat(DeclaredPlaces.Holdings(declaration).Where(h => h.Holding.List is not null).Select(h => $"{h.Facet}.{h.Sort}")).ToHashSet(), covered);
        Assert.All(entry.Examples, e => Assert.True(e.Basis is "example" or "schema" || (e.Basis == "seen" && declaration.TriedAgainst != "published description"), $"{e.Of} {e.Status}: basis is '{e.Basis}'"));
        Assert.All(entry.Examples, e => Assert.StartsWith("https://", e.From, StringComparison.Ordinal));
        Assert.Contains(entry.Examples, e => e.Status >= 400 || e.Means.Contains(' ', StringComparison.Ordinal) && Enum.TryParse<Outcome>(e.Means.Split(' ')[0], out _));
    }

    [Fact]
    public void All_files_are_shipped()
        => Assert.Equal(Names.Cast<object[]>().Select(row => (string)row[0]), DeclaredKinds.Shipped.Select(k => k.Description.Connector));

    private static async Task<string> Meaning(CatalogueEntry entry, CatalogueExample example)
    {
        await using var vendor = await AnsweringServer.StartAsync(example);
        var declaration = entry.For(vendor.Url);
        var system = new SystemSettings { Name = new SystemName(entry.Name), Connector = entry.Name, Values = entry.SampleSettings(vendor.Url), Match = new AccountMatch(example.Of.StartsWith("find.", StringComparison.Ordinal) ? example.Of["find.".Length..] : null, "person.email") };
        var settings = RestSettings.Read(declaration, system, new PlainSecrets());
        using var client = new RestClient(declaration.Server, settings, new PlainSecrets(), TimeProvider.System);
        var pages = new RestPages(client);
        var accounts = new RestAccounts(declaration, client, pages, settings, TimeProvider.System);
        try
        {
            return await Ask(entry, declaration, example, client, pages, accounts, settings);
        }
        catch (SystemFaultException fault)
        {
            return $"{fault.Fault.Outcome} {fault.Fault.Code}";
        }
    }

    private static async Task<string> Ask(CatalogueEntry entry, Declaration declaration, CatalogueExample example, RestClient client, RestPages pages, RestAccounts accounts, RestSettings settings)
    {
        var parts = example.Of.Split('.');
        switch (parts[0])
        {
            case "find":
                var found = await accounts.FindAsync(example.Value, default);
                return found.Count == 0 ? "nobody" : string.Join(", ", found.Select(a => $"{a.Id} {a.Name}"));
            case "read":
                return await accounts.BodyAsync(example.Value, default) is { } account ? Words(declaration, account, settings.Values) : "gone";
            case "list":
                var (listed, _) = await pages.PageAsync(declaration.List, settings.Values, null, default);
                return string.Join(", ", listed.Select(a => Words(declaration, a, settings.Values)));
            default:
                var place = DeclaredPlaces.Of(declaration).FirstOrDefault(p => p.Writes && (p.Path == example.Of || p.Path.StartsWith($"{example.Of}[", StringComparison.Ordinal)));
                if (place is null)
                {
                    var (_, _, holding) = DeclaredPlaces.Holdings(declaration).Single(h => $"{h.Facet}.{h.Sort}" == example.Of);
                    var one = new Dictionary<string, DeclaredHolding> { [parts[1]] = holding };
                    var scope = RequestShapes.Echo(holding.List!, entry.SampleSettings());
                    var held = await new RestHoldings(pages, example.Value.Length == 0 ? scope : scope.With("id", example.Value).With("name", example.Value), new JsonObject()).OfAsync(one, default);
                    return held.Count == 0 ? "nothing" : string.Join(", ", held.Select(h => $"{h.Entitlement.Id} {h.Entitlement.Name}{(h.Entitlement.Owner is { } owner ? $" [{owner}]" : "")}"));
                }

                var reply = await client.SendAsync(place.Request, RequestShapes.Echo(place.Request, entry.SampleSettings()), writes: true, default);
                return reply.Fault is { } fault ? $"{fault.Outcome} {fault.Code}" : reply.Nothing ? "nothing" : "done";
        }
    }

    private static string Words(Declaration declaration, JsonNode account, Scope settings)
    {
        var state = declaration.Account.CriticalWhen.AnyHolds(account, settings) ? "critical" : declaration.Account.DisabledWhen.AnyHolds(account, settings) ? "disabled" : "enabled";
        return $"{declaration.Account.Id.TextIn(account)} {declaration.Account.Name.TextIn(account)} {state}";
    }
}
