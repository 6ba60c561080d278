using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>What is done to a user. One refusal keeps none of the rest: see <see cref="Independently"/>. But what follows only from the rest waits for all of it.</summary>
internal sealed class IamChanges(IamClient client, TimeProvider clock)
{
    /// <summary>Two clocks that differ by more do not even agree on a signature; so nothing that was issued until now is missed.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    public async Task DisableAsync(IamName user, CancellationToken cancellationToken)
    {
        var holdings = await Holdings.ReadAsync(client, user, cancellationToken);
        await DoAsync(
        [
            .. holdings.DeniedAll ? Array.Empty<IamRequest>() : [Put(user, PolicyDocument.DenyAll(clock.GetUtcNow()))],
            .. holdings.Keys.Where(k => k.Active).Select(k => k.Set(user, active: false)),
        ], cancellationToken);
    }

    public Task RevokeSessionsAsync(IamName user, CancellationToken cancellationToken)
        => client.ChangeAsync(Put(user, PolicyDocument.OlderSessions(clock.GetUtcNow() + MostSkew)), cancellationToken);

    public async Task RevokeCredentialsAsync(IamName user, CancellationToken cancellationToken)
    {
        var holdings = await Holdings.ReadAsync(client, user, cancellationToken);
        await DoAsync(Credentials(user, holdings), cancellationToken);

        // Last: a password must not be left without its second factor.
        await RemoveDevicesAsync(user, holdings, cancellationToken);
    }

    /// <param name="only">The ids of those to take away; null: all.</param>
    public async Task RemoveEntitlementsAsync(IamName user, IReadOnlySet<string>? only, CancellationToken cancellationToken)
    {
        var holdings = await Holdings.ReadAsync(client, user, cancellationToken);
        await DoAsync(IamState.Entitlements(holdings).Where(e => only is null || only.Contains(e.Id)).Select(e => Removal(user, holdings, e.Id)), cancellationToken);
    }

    /// <summary>What denies goes last, once nothing is left that it could keep from anybody.</summary>
    public async Task DeleteAsync(IamName user, CancellationToken cancellationToken)
    {
        var holdings = await Holdings.ReadAsync(client, user, cancellationToken);
        await DoAsync([.. Credentials(user, holdings), .. IamState.Entitlements(holdings).Select(e => Removal(user, holdings, e.Id))], cancellationToken);
        await RemoveDevicesAsync(user, holdings, cancellationToken);
        await DoAsync(
        [
            .. holdings.Attached.Where(p => p.OnlyDenies).Select(p => Detach(user, p.Arn)),
            .. holdings.Inline.Where(p => p.IsOurs || p.OnlyDenies).Select(p => Delete(user, p.Name)),
        ], cancellationToken);
        await client.ChangeAsync(IamRequest.Changing("DeleteUser", user), cancellationToken);
    }

    public async Task RestoreAsync(IamName user, ActRequest request, AccountSnapshot snapshot, CancellationToken cancellationToken)
    {
        var holdings = await Holdings.ReadAsync(client, user, cancellationToken);
        var changes = snapshot.Entitlements.Except(IamState.Entitlements(holdings).Select(e => e.Id), StringComparer.Ordinal)
            .Select(id => (Func<Task>)(() => GiveBackAsync(user, id, snapshot.Attributes, cancellationToken))).ToList();
        var keys = snapshot.Attributes.GetValueOrDefault(IamState.ActiveKeys, "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (snapshot.Enabled && !request.Before.Enabled)
        {
            changes.AddRange(holdings.Keys.Where(k => !k.Active && keys.Contains(k.Text, StringComparer.Ordinal)).Select(k => Change(k.Set(user, active: true), cancellationToken)));
            changes.AddRange(holdings.Inline.Where(p => p.Name == PolicyDocument.DenyAllName).Select(p => Change(Delete(user, p.Name), cancellationToken)));
        }

        await Independently.DoAsync(changes);
        if ((snapshot.Attributes.GetValueOrDefault(IamState.HadPassword) == "yes" && !holdings.Password) || keys.Except(holdings.Keys.Select(k => k.Text), StringComparer.Ordinal).Any())
        {
            request.FollowUp($"Passwords and keys of {user.Text} that were deleted cannot be put back: give new ones.");
        }
    }

    private static IamRequest Put(IamName user, PolicyDocument policy)
        => IamRequest.Changing("PutUserPolicy", user, ("PolicyName", policy.Name), ("PolicyDocument", policy.Json));

    private static IamRequest Delete(IamName user, string policy) => IamRequest.Changing("DeleteUserPolicy", user, ("PolicyName", policy));

    private static IamRequest Detach(IamName user, string arn) => IamRequest.Changing("DetachUserPolicy", user, ("PolicyArn", arn));

    private static IEnumerable<IamRequest> Credentials(IamName user, Holdings holdings)
        => [.. holdings.Keys.Select(k => k.Delete(user)), .. holdings.Password ? [IamRequest.Changing("DeleteLoginProfile", user)] : Array.Empty<IamRequest>()];

    private static IamRequest Removal(IamName user, Holdings holdings, string id) => id switch
    {
        _ when After(id, IamState.GroupPrefix) is { } group => IamRequest.Changing("RemoveUserFromGroup", user, ("GroupName", holdings.Groups.First(g => g.Id == group).Name)),
        _ when After(id, IamState.AttachedPrefix) is { } arn => Detach(user, arn),
        _ when After(id, IamState.InlinePrefix) is { } name => Delete(user, name),
        _ => throw new ArgumentException("Not an entitlement that was read.", nameof(id)),
    };

    private static string? After(string id, string prefix) => id.StartsWith(prefix, StringComparison.Ordinal) ? id[prefix.Length..] : null;

    private static SystemFaultException BadSnapshot() => new(new Fault(Outcome.Rejected, "bad-snapshot", "The snapshot does not say what is to be put back."));

    private async Task GiveBackAsync(IamName user, string id, IReadOnlyDictionary<string, string> kept, CancellationToken cancellationToken)
    {
        if (After(id, IamState.AttachedPrefix) is { } arn)
        {
            await MustBeThereAsync(IamRequest.Changing("AttachUserPolicy", user, ("PolicyArn", arn)), cancellationToken);
        }
        else if (After(id, IamState.InlinePrefix) is { } policy)
        {
            await MustBeThereAsync(Put(user, new PolicyDocument(policy, kept.GetValueOrDefault(id) ?? throw BadSnapshot())), cancellationToken);
        }
        else
        {
            // A group of the same name that was made since is another one, and may allow anything.
            var name = kept.GetValueOrDefault(id) ?? throw BadSnapshot();
            var group = await client.FindAsync(IamRequest.Reading("GetGroup", ("GroupName", name), ("MaxItems", "1")), cancellationToken);
            if (group?.Child("Group")?.Text("GroupId") != After(id, IamState.GroupPrefix))
            {
                throw new SystemFaultException(new Fault(Outcome.Rejected, "entitlement-gone", $"The group {name} no longer exists, or is another one by now: it is not joined."));
            }

            await MustBeThereAsync(IamRequest.Changing("AddUserToGroup", user, ("GroupName", name)), cancellationToken);
        }
    }

    private async Task MustBeThereAsync(IamRequest request, CancellationToken cancellationToken)
    {
        if (await client.DoAsync(request, cancellationToken) is false)
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "entitlement-gone", "A policy or group that the snapshot names no longer exists, so that it cannot be put back."));
        }
    }

    // A virtual device belongs to no user once it is deactivated, and would stay: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html
    private async Task RemoveDevicesAsync(IamName user, Holdings holdings, CancellationToken cancellationToken)
    {
        foreach (var serial in holdings.MfaDevices)
        {
            await client.ChangeAsync(IamRequest.Changing("DeactivateMFADevice", user, ("SerialNumber", serial)), cancellationToken);
            if (serial.Contains(":mfa/", StringComparison.Ordinal))
            {
                await client.ChangeAsync(IamRequest.Changing("DeleteVirtualMFADevice", "SerialNumber", serial), cancellationToken);
            }
        }
    }

    private Func<Task> Change(IamRequest request, CancellationToken cancellationToken) => () => client.ChangeAsync(request, cancellationToken);

    private Task DoAsync(IEnumerable<IamRequest> requests, CancellationToken cancellationToken) => Independently.DoAsync(requests.Select(r => Change(r, cancellationToken)));
}
