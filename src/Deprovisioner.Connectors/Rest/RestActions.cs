using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Does actions. What an account has is listed anew: what was taken away meanwhile is not asked for again, and what was given meanwhile goes too.</summary>
internal sealed class RestActions(Declaration declaration, RestAccounts accounts, RestPages pages, RestSteps steps, RestSettings settings)
{
    public async Task ActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        if (!RestKind.ActionsOf(declaration).Contains(request.Action))
        {
            throw new SystemFaultException(Fault.Unsupported(request.Action));
        }

        if (await accounts.BodyAsync(request.Before.Account.Id, cancellationToken) is not { } account)
        {
            return;
        }

        var scope = await ScopeAsync(request, account, cancellationToken);
        if (request.Action == StepAction.RestoreAccount)
        {
            await RestoreAsync(request, account, scope, cancellationToken);
        }
        else
        {
            await RemoveAsync(request, account, scope, cancellationToken);
            await steps.RunAsync(declaration.Actions.GetValueOrDefault(request.Action) ?? [], account, scope, cancellationToken);
        }

        if (declaration.FollowUps.TryGetValue(request.Action, out var followUp))
        {
            request.FollowUp(followUp);
        }

        if (declaration.ProvenByAnswer.Contains(request.Action))
        {
            request.OnlyAnswer($"{declaration.Title} answered that it is done, and has nothing to read that back from.");
        }
    }

    private async Task RemoveAsync(ActRequest request, JsonNode account, Scope scope, CancellationToken cancellationToken)
    {
        var sorts = request.Action switch
        {
            StepAction.RemoveEntitlements => declaration.Entitlements,
            StepAction.RevokeSessions => declaration.Sessions,
            StepAction.RevokeCredentials => declaration.Credentials,
            StepAction.ReclaimLicence => declaration.Licences,
            StepAction.TransferData => declaration.Owned,
            _ => new Dictionary<string, DeclaredHolding>(),
        };
        var held = await new RestHoldings(pages, scope, account).OfAsync(sorts, cancellationToken);
        var going = held.Where(h => h.Entitlement.Owner is null && (request.OnlyEntitlements is not { } only || only.Contains(h.Entitlement.Id))).ToList();
        await Independently.DoAsync(
            [
                .. going.Where(h => sorts[h.Sort].Remove.Count > 0).Select(h => (Func<Task>)(() => steps.RunAsync(sorts[h.Sort].Remove, account, scope.With("item", h.Item), cancellationToken))),
                .. going.Where(h => sorts[h.Sort].Set.Count > 0).GroupBy(h => h.Sort).Select(sort => Write(
                    sorts[sort.Key], held.Where(h => h.Sort == sort.Key).Except(sort).Select(h => h.Id), account, scope, cancellationToken)),
            ]);
    }

    private async Task RestoreAsync(ActRequest request, JsonNode account, Scope scope, CancellationToken cancellationToken)
    {
        if (request.Snapshot is not { } snapshot)
        {
            return;
        }

        var held = await new RestHoldings(pages, scope, account).OfAsync(declaration.Entitlements, cancellationToken);
        var gone = snapshot.Entitlements.Except(held.Select(h => h.Entitlement.Id), StringComparer.Ordinal)
            .Select(id => (Whole: id, Sort: id.Split(':')[0], Id: id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..]))
            .ToLookup(m => declaration.Entitlements.TryGetValue(m.Sort, out var sort) && sort.Restore.Count + sort.Set.Count > 0);
        var missing = gone[true].ToList();
        await Independently.DoAsync(
            [
                .. snapshot.Enabled && !request.Before.Enabled
                    ? [() => steps.RunAsync(declaration.Actions.GetValueOrDefault(StepAction.RestoreAccount) ?? [], account, scope, cancellationToken)]
                    : Array.Empty<Func<Task>>(),
                .. missing.Where(m => declaration.Entitlements[m.Sort].Restore.Count > 0).Select(m => (Func<Task>)(() => steps.RunAsync(
                    declaration.Entitlements[m.Sort].Restore, account, scope.With("item", Item(m.Id, snapshot.Attributes.GetValueOrDefault(m.Whole))), cancellationToken))),
                .. missing.Where(m => declaration.Entitlements[m.Sort].Set.Count > 0).GroupBy(m => m.Sort).Select(sort => Write(
                    declaration.Entitlements[sort.Key], held.Where(h => h.Sort == sort.Key).Select(h => h.Id).Concat(sort.Select(m => m.Id)), account, scope, cancellationToken)),
                .. gone[false].Any() ? [() => throw ByHand(gone[false].Select(m => snapshot.Names.GetValueOrDefault(m.Whole, m.Whole)))] : Array.Empty<Func<Task>>(),
            ]);
    }

    /// <summary>It would be looked for in vain, attempt after attempt.</summary>
    private static SystemFaultException ByHand(IEnumerable<string> names)
        => new(new Fault(Outcome.Rejected, "not-restorable", $"The system's interface cannot give these back, so a person has to, and then resolve the step: {string.Join(", ", names)}."));

    private Func<Task> Write(DeclaredHolding holding, IEnumerable<string> ids, JsonNode account, Scope scope, CancellationToken cancellationToken)
        => () => steps.RunAsync(holding.Set, account, scope.With("remaining", new JsonArray([.. ids.Distinct().Select(id => (JsonNode)id)])), cancellationToken);

    /// <summary>What is known of something that is to be given back.</summary>
    private static JsonNode Item(string id, string? kept)
    {
        JsonNode? item = null;
        try
        {
            item = kept is null ? null : JsonNode.Parse(kept);
        }
        catch (JsonException)
        {
            // Then the request names what is missing, and says so.
        }

        if (item is null or JsonObject)
        {
            var map = item as JsonObject ?? [];
            map["id"] ??= id;
            return map;
        }

        return item;
    }

    private async Task<Scope> ScopeAsync(ActRequest request, JsonNode account, CancellationToken cancellationToken)
    {
        var scope = accounts.Of(account).With("facts", request.Facts);
        return request.Action == StepAction.TransferData ? scope.With("to", await ReceiverAsync(request, cancellationToken)) : scope;
    }

    /// <summary>Who gets what the leaver owns, as <c>id</c> and <c>value</c>.</summary>
    private async Task<JsonNode> ReceiverAsync(ActRequest request, CancellationToken cancellationToken)
    {
        const string Literal = "account:";
        var setting = settings.TransferTo;
        var value = setting is null ? null
            : setting.StartsWith(Literal, StringComparison.Ordinal) ? setting[Literal.Length..]
            : request.Facts.GetValueOrDefault(setting);
        if (string.IsNullOrWhiteSpace(value))
        {
            throw No(setting is null ? $"{RestKind.TransferTo} is not configured" : $"{setting} is not known of this person");
        }

        var found = await accounts.FindAsync(value, cancellationToken);
        return found switch
        {
            [var receiver] when receiver.Id == request.Before.Account.Id => throw No("it would be the leaver"),
            [var receiver] => new JsonObject { ["id"] = receiver.Id, ["value"] = value },
            _ => throw No($"there is not exactly one account such as {setting} says"),
        };
    }

    private static SystemFaultException No(string why) => new(new Fault(Outcome.Rejected, "no-receiver", $"Nobody can take over what the account owns: {why}."));
}
