using System.Globalization;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>
/// Tries every request of a declaration: those that only ask are sent, about nobody and about the canary; those that change something are made up with the canary's values and not sent.
/// </summary>
internal sealed class RestCheck(Declaration declaration, RestSettings settings, RestPages pages, RestAccounts accounts)
{
    private readonly List<CheckFinding> findings = [];

    public async Task<SystemCheck> RunAsync(string? canary, CancellationToken cancellationToken)
    {
        var listed = await SystemFaultException.OfAsync(() => pages.PageAsync(declaration.List, settings.Values, null, cancellationToken));
        if (listed?.Code is Fault.Unreachable or Fault.TimedOut or Fault.Untrusted)
        {
            var reached = listed.Code == Fault.Untrusted;
            return new SystemCheck(reached, null, [new CheckFinding(reached ? "certificate" : "reachable", false, listed.Message)]);
        }

        Find("connection is private", settings.Endpoint.Scheme == Uri.UriSchemeHttps || settings.Endpoint.IsLoopback, "The credential travels in clear text: use https.");
        Find("credential accepted", listed?.Outcome != Outcome.Unauthorized, listed?.Message);
        Find("list", listed is null, listed?.Message);
        foreach (var attribute in declaration.Find.Keys)
        {
            await NobodyAsync(attribute, cancellationToken);
        }

        if (listed?.Outcome != Outcome.Unauthorized && await SomebodyAsync(canary, cancellationToken) is { } account)
        {
            await HoldingsAsync(account, cancellationToken);
            Unsent(account);
        }

        return new SystemCheck(true, null, findings);
    }

    private async Task NobodyAsync(string attribute, CancellationToken cancellationToken)
    {
        var find = declaration.Find[attribute];
        var nobody = settings.Values.With("value", $"nobody-{Guid.NewGuid():n}@example.test");
        var fault = await SystemFaultException.OfAsync(() => pages.AllAsync(find, nobody, cancellationToken));
        Find($"find.{attribute}", fault is null, fault?.Message);
    }

    /// <summary>The canary, or else the first of the list: reading changes nothing.</summary>
    private async Task<JsonNode?> SomebodyAsync(string? canary, CancellationToken cancellationToken)
    {
        string? id = null;
        var fault = await SystemFaultException.OfAsync(async () => id = canary is null
            ? (await accounts.ListAsync(null, cancellationToken)).Accounts.Select(a => a.Account.Id).FirstOrDefault()
            : (await accounts.FindAsync(canary, cancellationToken)).Select(a => a.Id).FirstOrDefault());
        if (id is null)
        {
            Find("read", fault is null && canary is null, fault?.Message ?? "The canary is not found, so nothing could be read.");
            return null;
        }

        JsonNode? account = null;
        fault = await SystemFaultException.OfAsync(async () => account = await accounts.BodyAsync(id, cancellationToken));
        Find("read", fault is null, fault?.Message);
        return account;
    }

    private async Task HoldingsAsync(JsonNode account, CancellationToken cancellationToken)
    {
        foreach (var (facet, sort, holding) in DeclaredPlaces.Holdings(declaration))
        {
            var one = new Dictionary<string, DeclaredHolding> { [sort] = holding };
            var fault = await SystemFaultException.OfAsync(() => new RestHoldings(pages, accounts.Of(account), account).OfAsync(one, cancellationToken));
            Find($"{facet}.{sort}", fault is null, fault?.Message);
        }
    }

    /// <summary>What would be sent: the method and the address as they are declared, once its values were found to be there.</summary>
    private void Unsent(JsonNode account)
    {
        var scope = accounts.Of(account);
        foreach (var place in DeclaredPlaces.Of(declaration).Where(p => p.Writes))
        {
            var missing = place.Request.Line!.Value.Path.Values.FirstOrDefault(v => v.Source is "account" && scope.Find(v) is null);
            var (method, path) = place.Request.Line!.Value;
            Find(string.Create(CultureInfo.InvariantCulture, $"{place.Path}: {method} {path} (not sent)"), missing is null, $"The account that was read has no {missing?.Key}.");
        }
    }

    private void Find(string subject, bool ok, string? remedy) => findings.Add(new CheckFinding(subject, ok, ok ? null : remedy));
}
