using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>One SCIM service.</summary>
internal sealed class ScimConnector : IConnector
{
    private readonly ScimSettings settings;
    private readonly ScimClient client;
    private readonly ScimSearch search;
    private readonly ScimWriter writer;
    private readonly ScimGroups groups;

    public ScimConnector(ScimSettings settings, ISecrets secrets, TimeProvider clock)
    {
        this.settings = settings;
        client = new ScimClient(settings, secrets, clock);
        search = new ScimSearch(client);
        writer = new ScimWriter(client, settings);
        groups = new ScimGroups(search, writer, settings);
    }

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
    {
        // An empty value is nobody's name, and everybody's who lacks the attribute.
        if (matchValue.Length == 0)
        {
            return [];
        }

        var found = await search.EqualAsync(ScimNames.Users, settings.Match, matchValue, walk: false, cancellationToken);
        return [.. found.Select(ScimUser.Ref)];
    }

    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        var reply = await client.GetAsync(ScimAddress.User(accountId), cancellationToken);
        reply.ThrowUnlessGone();
        if (reply.Gone)
        {
            return null;
        }

        // A server that reads an id as a search, or as an alias, shows somebody else.
        return reply.Body?.Text("id") == accountId
            ? ScimUser.State(reply.Body, await groups.OfAsync(reply.Body, cancellationToken))
            : throw new SystemFaultException(ScimFaults.NotScim("/Users/{id}"));
    }

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        var user = ScimAddress.User(request.Before.Account.Id);
        return request.Action switch
        {
            StepAction.DisableAccount => writer.SetActiveAsync(user, active: false, cancellationToken),
            StepAction.RemoveEntitlements when request.OnlyEntitlements is { } only => RemoveSomeAsync(user, request.Before, only, cancellationToken),
            StepAction.RemoveEntitlements => RemoveEntitlementsAsync(user, request.Before, cancellationToken),
            StepAction.DeleteAccount => DeleteAsync(user, cancellationToken),
            StepAction.RestoreAccount => RestoreAsync(user, request, cancellationToken),
            _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
        };
    }

    public async Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        // The cursor is where to start, and whom the page before began with: that tells a server which ignores where to start.
        var parts = cursor?.Split(' ', 2) ?? ["1", ""];
        if (parts.Length < 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start))
        {
            throw new SystemFaultException(Fault.BadCursor());
        }

        var (users, total) = await search.PageAsync(ScimNames.Users, null, start, ScimSearch.PageSize, cancellationToken);
        if (users.Count > 0 && users[0].Text("id") == parts[1])
        {
            return total < start ? new AccountPage([], null) : throw new SystemFaultException(ScimFaults.PagingIgnored(ScimNames.Users));
        }

        var next = start + users.Count;
        var last = users.Count == 0 || (next > total && users.Count < ScimSearch.PageSize);
        return new AccountPage(
            [.. users.Select(u => new ListedAccount(ScimUser.Ref(u), ScimUser.Active(u), settings.Match.ValuesIn(u).FirstOrDefault()) { OtherNames = ScimUser.OtherNames(u) })],
            last ? null : $"{next} {users[0].Text("id")}");
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new ScimCheck(client, search, settings).RunAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task DeleteAsync(ScimAddress user, CancellationToken cancellationToken)
    {
        // RFC 7644 section 3.6; 404 is what a second delete gets.
        var reply = await client.DeleteAsync(user, cancellationToken);
        reply.ThrowUnlessGone();
    }

    private Task RemoveEntitlementsAsync(ScimAddress user, AccountState before, CancellationToken cancellationToken)
    {
        var own = ScimUser.Granting.Where(g => before.Entitlements.Any(e => e.Id.StartsWith(g.Prefix, StringComparison.Ordinal))).Select(g => g.Attribute).ToList();
        var leaving = groups.Leaving(user, before.Entitlements.Select(e => e.Id), cancellationToken);
        return Independently.DoAsync(own.Count == 0
            ? leaving
            : leaving.Append(() => writer.ChangeUserAsync(user, ScimPatch.Clear(own), resource => Clear(resource, own), cancellationToken)));
    }

    /// <summary>By their values and not by writing back the rest, so that what others give the user meanwhile is not undone.</summary>
    private Task RemoveSomeAsync(ScimAddress user, AccountState before, IReadOnlySet<string> only, CancellationToken cancellationToken)
    {
        var values = ScimUser.Granting
            .SelectMany(g => Kept(before.RestoreAttributes, g.Attribute).Where(v => only.Contains(g.Prefix + ScimUser.Key(v))).Select(v => (g.Attribute, Element: v)))
            .ToList();
        if (values.Exists(v => v.Element.Value() is null))
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "no-value", "A role or entitlement without a value cannot be taken away by itself: do it by hand."));
        }

        var leaving = groups.Leaving(user, before.Entitlements.Select(e => e.Id).Where(only.Contains), cancellationToken);
        var patch = ScimPatch.Remove(values.Select(v => (v.Attribute, v.Element.Value()!)));
        return Independently.DoAsync(values.Count == 0
            ? leaving
            : leaving.Append(() => writer.ChangeUserAsync(user, patch, resource => TakeOut(resource, only), cancellationToken)));
    }

    private static bool TakeOut(JsonObject user, IReadOnlySet<string> only)
    {
        var changed = false;
        foreach (var (attribute, prefix) in ScimUser.Granting)
        {
            var all = user.Values(attribute).ToList();
            var rest = all.Where(v => !only.Contains(prefix + ScimUser.Key(v))).ToList();
            if (rest.Count < all.Count)
            {
                user[user.KeyOf(attribute) ?? attribute] = Copy(rest);
                changed = true;
            }
        }

        return changed;
    }

    private async Task RestoreAsync(ScimAddress user, ActRequest request, CancellationToken cancellationToken)
    {
        if (request.Snapshot is not { } snapshot)
        {
            return;
        }

        var changes = new List<Func<Task>>();
        if (snapshot.Enabled && !request.Before.Enabled)
        {
            changes.Add(() => writer.SetActiveAsync(user, active: true, cancellationToken));
        }

        var missing = snapshot.Entitlements.Except(request.Before.Entitlements.Select(e => e.Id), StringComparer.Ordinal).ToList();
        foreach (var (attribute, prefix) in ScimUser.Granting)
        {
            var values = Kept(snapshot.Attributes, attribute).Where(v => missing.Contains(prefix + ScimUser.Key(v))).ToList();
            if (values.Count > 0)
            {
                changes.Add(() => writer.ChangeUserAsync(
                    user, ScimPatch.Add(attribute, Copy(values)), resource => Put(resource, attribute, values), cancellationToken));
            }
        }

        await Independently.DoAsync([.. changes, .. groups.Joining(user, missing, cancellationToken)]);
    }

    private static bool Clear(JsonObject user, IEnumerable<string> attributes)
    {
        var cleared = false;
        foreach (var name in attributes)
        {
            cleared |= user.Remove(user.KeyOf(name) ?? name);
        }

        return cleared;
    }

    private static bool Put(JsonObject user, string attribute, IEnumerable<JsonNode> values)
    {
        user[user.KeyOf(attribute) ?? attribute] = Copy(user.Values(attribute).Concat(values));
        return true;
    }

    private static JsonArray Copy(IEnumerable<JsonNode> values) => new([.. values.Select(v => v.DeepClone())]);

    private static IEnumerable<JsonNode> Kept(IReadOnlyDictionary<string, string> attributes, string attribute)
    {
        try
        {
            return attributes.TryGetValue(attribute, out var text) && JsonNode.Parse(text) is JsonArray list ? list.OfType<JsonNode>() : [];
        }
        catch (JsonException)
        {
            // Then the read-back shows that something is missing, which is true.
            return [];
        }
    }
}
