using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Redis;

/// <summary>
/// What is done to a user on one node. <c>ACL SETUSER</c> creates a user that is not there (https://redis.io/docs/latest/commands/acl-setuser/), so each looks first; one that is created in the instant between
/// would be off, without a password and without a right.
/// </summary>
internal static class UserActions
{
    public static async Task ActAsync(RedisNode node, ActRequest request, CancellationToken cancellationToken)
    {
        var name = request.Before.Account.Name;
        if (request.Action == StepAction.RevokeSessions)
        {
            await RedisSessions.EndAsync(node, name, cancellationToken);
            return;
        }

        if (await AclUser.ReadAsync(node, name, cancellationToken) is not { } user)
        {
            return;
        }

        if (request.Action == StepAction.DeleteAccount)
        {
            // It closes the user's connections too: https://redis.io/docs/latest/commands/acl-deluser/
            await node.AskAsync("ACL", ["DELUSER", name], cancellationToken);
        }
        else if (Rules(node, request, user) is { Count: > 0 } rules)
        {
            await node.AskAsync("ACL", ["SETUSER", name, .. rules], cancellationToken);
        }

        await AclStores.SaveAsync(node, request.FollowUp, cancellationToken);
    }

    private static IReadOnlyList<string> Rules(RedisNode node, ActRequest request, AclUser user) => request.Action switch
    {
        StepAction.DisableAccount => ["off"],

        // It takes the passwords, and the permission to need none.
        StepAction.RevokeCredentials => ["resetpass"],
        StepAction.RemoveEntitlements => user.Rules.Without(rule => request.OnlyEntitlements?.Contains(rule) ?? true),
        StepAction.RestoreAccount when request.Snapshot is { } snapshot => Restored(node, request, snapshot, user),
        _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
    };

    private static IReadOnlyList<string> Restored(RedisNode node, ActRequest request, AccountSnapshot snapshot, AclUser now)
    {
        var remembered = RememberedUser.Read(snapshot.Attributes.GetValueOrDefault(RememberedUser.Attribute)) ?? throw Rejected("bad-snapshot", "The snapshot does not say what the user had on each node.");
        if (remembered.FirstOrDefault(user => user.Node == node.Name) is not { } then)
        {
            return [];
        }

        var rules = then.Rules.Only(rule => snapshot.Entitlements.Contains(rule, StringComparer.Ordinal)).Onto(now.Rules)
            ?? throw Rejected("wider-now", $"On {node.Name} the user may use every key or channel now, so that what it had cannot be put back beside that: look at it by hand.");
        if (now.Credentials == 0)
        {
            request.FollowUp("No password is left: give the user a new one.");
        }

        return snapshot.Enabled && then.On && !now.On ? [.. rules, "on"] : rules;
    }

    private static SystemFaultException Rejected(string code, string message) => new(new Fault(Outcome.Rejected, code, message));
}
