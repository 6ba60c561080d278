using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>What is done to a user. None of it waits for another's success: see <see cref="Independently"/>.</summary>
internal sealed class UserChanges(ManagementClient client, BrokerUsers users)
{
    private const int Created = 201;

    /// <summary>See <see cref="BrokerUser"/>. The permissions go only where the stream protocol is spoken, and come back with a restore.</summary>
    public Task DisableAsync(AccountState before, CancellationToken cancellationToken)
    {
        var name = before.Account.Name;
        return Independently.DoAsync(
        [
            () => LimitAsync(name, 0, cancellationToken),
            () => SetTagsAsync(name, tags => tags.Where(tag => !BrokerUser.OpensManagement(tag)), cancellationToken),
            () => CloseStreamsAsync(before, cancellationToken),
        ]);
    }

    /// <summary>
    /// 204 also where there is nothing to close, and before a connection has ended: reading back tells. Connections of MQTT, STOMP, streams and those that plugins open inside
    /// the node are among them.
    /// </summary>
    public Task RevokeSessionsAsync(string name, CancellationToken cancellationToken) => client.DeleteAsync(ManagementPath.ConnectionsOf(name), cancellationToken);

    /// <summary>With an empty hash no password is accepted: https://www.rabbitmq.com/docs/passwords#empty-hash</summary>
    public Task RevokeCredentialsAsync(string name, CancellationToken cancellationToken) => WriteAsync(name, user => new { PasswordHash = "", Tags = user.TagNames }, cancellationToken);

    /// <param name="only">The ids of those to take away; null: all.</param>
    public Task RemoveEntitlementsAsync(AccountState before, IReadOnlySet<string>? only, CancellationToken cancellationToken)
    {
        var name = before.Account.Name;
        var leaving = before.Entitlements.Select(e => e.Id).Where(id => only is null || only.Contains(id)).ToHashSet(StringComparer.Ordinal);
        var changes = Hosts(leaving).Select(host => (Func<Task>)(() => client.DeleteAsync(ManagementPath.Permission(host, name), cancellationToken)));
        return Independently.DoAsync(leaving.Any(IsTag)
            ? changes.Append(() => SetTagsAsync(name, tags => tags.Where(tag => !leaving.Contains(BrokerUser.TagPrefix + tag)), cancellationToken))
            : changes);
    }

    /// <summary>The cluster closes a deleted user's connections too, in its own time, and the name then tells nothing any more: so they are closed before and after.</summary>
    public async Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await RevokeSessionsAsync(name, cancellationToken);
        await client.DeleteAsync(ManagementPath.User(name), cancellationToken);
        await RevokeSessionsAsync(name, cancellationToken);
    }

    public async Task RestoreAsync(ActRequest request, AccountSnapshot snapshot, CancellationToken cancellationToken)
    {
        var name = request.Before.Account.Name;
        var missing = snapshot.Entitlements.Except(request.Before.Entitlements.Select(e => e.Id), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        var changes = missing.Where(id => !IsTag(id)).Select(id => (Func<Task>)(() => GrantAsync(name, id, snapshot, cancellationToken))).ToList();
        var tags = missing.Where(IsTag).Select(id => id[BrokerUser.TagPrefix.Length..]).ToList();
        if (tags.Count > 0)
        {
            changes.Add(() => SetTagsAsync(name, now => now.Union(tags, StringComparer.Ordinal), cancellationToken));
        }

        if (snapshot.Enabled && !request.Before.Enabled)
        {
            changes.Add(() => LimitAsync(name, BrokerUser.KeptLimit(snapshot.Attributes), cancellationToken));
        }

        await Independently.DoAsync(changes);
        if (request.Before.Credentials is 0)
        {
            request.FollowUp($"{name} has no password: what it was cannot be put back. Set one, unless the user signs in by a certificate or another directory.");
        }
    }

    private static bool IsTag(string id) => id.StartsWith(BrokerUser.TagPrefix, StringComparison.Ordinal);

    private static IEnumerable<string> Hosts(IEnumerable<string> ids)
        => ids.Where(id => id.StartsWith(BrokerUser.HostPrefix, StringComparison.Ordinal)).Select(id => id[BrokerUser.HostPrefix.Length..]);

    private async Task CloseStreamsAsync(AccountState before, CancellationToken cancellationToken)
    {
        if (await users.HasStreamsAsync(cancellationToken))
        {
            var name = before.Account.Name;
            await Independently.DoAsync(
                Hosts(before.Entitlements.Select(e => e.Id)).Select(host => (Func<Task>)(() => client.DeleteAsync(ManagementPath.Permission(host, name), cancellationToken))));
        }
    }

    private async Task GrantAsync(string name, string id, AccountSnapshot snapshot, CancellationToken cancellationToken)
    {
        var kept = BrokerUser.Kept(snapshot.Attributes, id)
            ?? throw new SystemFaultException(new Fault(Outcome.Rejected, "bad-snapshot", "The snapshot does not say what the user was permitted in a virtual host."));
        await client.PutAsync(ManagementPath.Permission(kept.Vhost, name), new { kept.Configure, kept.Write, kept.Read }, cancellationToken);
    }

    /// <param name="most">Null: no limit any more.</param>
    private Task LimitAsync(string name, int? most, CancellationToken cancellationToken)
        => most is { } value
            ? client.PutAsync(ManagementPath.ConnectionLimit(name), new { value }, cancellationToken)
            : client.DeleteAsync(ManagementPath.ConnectionLimit(name), cancellationToken);

    private Task SetTagsAsync(string name, Func<IReadOnlyList<string>, IEnumerable<string>> wanted, CancellationToken cancellationToken)
        => WriteAsync(
            name,
            user =>
            {
                var tags = wanted(user.TagNames).ToList();

                // A user written without its hash loses its password.
                var hash = user.PasswordHash ?? throw new SystemFaultException(new Fault(
                    Outcome.Rejected, "hash-hidden", "The server does not show the password's hash, without which tags cannot be written: use rabbitmqctl set_user_tags."));
                return tags.SequenceEqual(user.TagNames) ? null : new { PasswordHash = hash, user.HashingAlgorithm, Tags = tags };
            },
            cancellationToken);

    /// <summary>Writes a user as it is just now but for one thing. The API has no condition for a write: what others change in the same moment is lost.</summary>
    private async Task WriteAsync(string name, Func<UserResource, object?> change, CancellationToken cancellationToken)
    {
        if (await users.GetAsync(name, cancellationToken) is not { } user || change(user) is not { } changed)
        {
            return;
        }

        if (await client.PutAsync(ManagementPath.User(name), changed, cancellationToken) == Created)
        {
            // Somebody deleted it since it was read, and the write has made it anew.
            await client.DeleteAsync(ManagementPath.User(name), cancellationToken);
        }
    }
}
