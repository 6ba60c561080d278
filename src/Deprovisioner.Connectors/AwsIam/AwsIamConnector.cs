using System.Xml.Linq;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>The users of one AWS account.</summary>
internal sealed class AwsIamConnector : IConnector
{
    /// <summary>Tells a cursor of ours from any other text; what follows is IAM's own marker.</summary>
    private const string CursorPrefix = "marker:";

    private readonly AwsIamSettings settings;
    private readonly IamClient client;
    private readonly IamUsers users;
    private readonly IamChanges changes;

    public AwsIamConnector(AwsIamSettings settings, ISecrets secrets, TimeProvider clock)
    {
        this.settings = settings;
        client = new IamClient(settings, secrets, clock);
        users = new IamUsers(client, settings);
        changes = new IamChanges(client, clock);
    }

    public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken) => users.FindAsync(matchValue, cancellationToken);

    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        if (await users.ByIdAsync(accountId, cancellationToken) is not { } user)
        {
            return null;
        }

        var holdings = await Holdings.ReadAsync(client, user.Name, cancellationToken);
        var usedSince = holdings is { DeniedAll: false, SessionsDeniedBefore: { } before } && await UsedSinceAsync(holdings, before, cancellationToken);

        // In a role the caller is nobody's user, and the key that assumed it may be.
        var own = holdings.Keys.Any(k => k.Id == settings.Credential.AccessKeyId) || await users.IsOwnAsync(accountId, cancellationToken);
        return IamState.Of(user, holdings, usedSince, own);
    }

    public async Task ActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        // The name that it has now: what it had when it was read may be somebody else's.
        if (await users.ByIdAsync(request.Before.Account.Id, cancellationToken) is not { Name: var name })
        {
            return;
        }

        await (request.Action switch
        {
            StepAction.DisableAccount => changes.DisableAsync(name, cancellationToken),
            StepAction.RevokeSessions => changes.RevokeSessionsAsync(name, cancellationToken),
            StepAction.RevokeCredentials => changes.RevokeCredentialsAsync(name, cancellationToken),
            StepAction.RemoveEntitlements => changes.RemoveEntitlementsAsync(name, request.OnlyEntitlements, cancellationToken),
            StepAction.DeleteAccount => changes.DeleteAsync(name, cancellationToken),
            StepAction.RestoreAccount when request.Snapshot is { } snapshot => changes.RestoreAsync(name, request, snapshot, cancellationToken),
            _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
        });
    }

    public async Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        if (cursor?.StartsWith(CursorPrefix, StringComparison.Ordinal) is false || cursor?.Length == CursorPrefix.Length)
        {
            throw new SystemFaultException(Fault.BadCursor());
        }

        try
        {
            var (members, marker) = await users.PageAsync(cursor?[CursorPrefix.Length..], cancellationToken);
            var accounts = new List<ListedAccount>();
            foreach (var member in members)
            {
                accounts.Add(await ListedAsync(member, cancellationToken));
            }

            return new AccountPage(accounts, marker is null ? null : CursorPrefix + marker);
        }
        catch (SystemFaultException error) when (cursor is not null && error.Fault.Code is "iam-ValidationError" or "iam-InvalidInput")
        {
            throw new SystemFaultException(Fault.BadCursor(), error);
        }
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new AwsIamCheck(client, users, settings).RunAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    // A list has no keys: what denies everything makes them useless, active or not.
    private async Task<ListedAccount> ListedAsync(XElement detail, CancellationToken cancellationToken)
    {
        var user = IamUser.Of(detail, "GetAccountAuthorizationDetails");
        var denied = detail.Members("UserPolicyList").Any(p => PolicyDocument.Escaped(p.Text("PolicyName") ?? "", p.Text("PolicyDocument") ?? "").DeniesAll)
            || detail.Members("AttachedManagedPolicies").Any(p => new AttachedPolicy(p.Text("PolicyArn") ?? "", p.Text("PolicyName") ?? "").DeniesAll);
        return new ListedAccount(user.Ref, !denied, users.MatchValue(detail)) { OtherNames = [user.Arn], Critical = await users.IsOwnAsync(user.Id, cancellationToken) };
    }

    /// <summary>Whether an active key was used after the instant: it may have made temporary credentials.</summary>
    private async Task<bool> UsedSinceAsync(Holdings holdings, DateTimeOffset before, CancellationToken cancellationToken)
    {
        foreach (var key in holdings.Keys.Where(k => k.Active && k.Kind == KeyKind.AccessKey))
        {
            var used = await client.FindAsync(IamRequest.Reading("GetAccessKeyLastUsed", ("AccessKeyId", key.Id)), cancellationToken);
            if (used?.Child("AccessKeyLastUsed")?.Instant("LastUsedDate") > before)
            {
                return true;
            }
        }

        return false;
    }
}
