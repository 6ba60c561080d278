using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>One cluster. Any node of it will do: users and connections are known to all.</summary>
internal sealed class RabbitMqConnector : IConnector
{
    private readonly RabbitMqSettings settings;
    private readonly ManagementClient client;
    private readonly BrokerUsers users;
    private readonly UserChanges changes;

    public RabbitMqConnector(RabbitMqSettings settings, ISecrets secrets, TimeProvider clock)
    {
        this.settings = settings;
        client = new ManagementClient(settings, secrets, clock);
        users = new BrokerUsers(client, settings);
        changes = new UserChanges(client, users);
    }

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        => await users.FindAsync(matchValue, cancellationToken) is { } found ? [found] : [];

    public Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken) => users.ReadAsync(accountId, cancellationToken);

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => request.Action switch
    {
        StepAction.DisableAccount => changes.DisableAsync(request.Before, cancellationToken),
        StepAction.RevokeSessions => changes.RevokeSessionsAsync(request.Before.Account.Name, cancellationToken),
        StepAction.RevokeCredentials => changes.RevokeCredentialsAsync(request.Before.Account.Name, cancellationToken),
        StepAction.RemoveEntitlements => changes.RemoveEntitlementsAsync(request.Before, request.OnlyEntitlements, cancellationToken),
        StepAction.DeleteAccount => changes.DeleteAsync(request.Before.Account.Name, cancellationToken),
        StepAction.RestoreAccount when request.Snapshot is { } snapshot => changes.RestoreAsync(request, snapshot, cancellationToken),
        _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
    };

    public async Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        var number = 1;
        if (cursor is not null && (!int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 2))
        {
            throw new SystemFaultException(Fault.BadCursor());
        }

        var page = await users.PageAsync(number, cancellationToken) ?? throw new SystemFaultException(Fault.BadCursor());
        var onStreams = await users.StreamUsersAsync(cancellationToken);
        return new AccountPage(
            [.. page.Users.Select(user => Listed(user, onStreams.Contains(user.Name)))],
            page.More ? (number + 1).ToString(CultureInfo.InvariantCulture) : null);
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new RabbitMqCheck(client, users, settings).RunAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private ListedAccount Listed(UserResource user, bool reachesStreams)
        => new(new AccountRef(user.Name, user.Name), BrokerUser.Enabled(user, reachesStreams), user.Name) { Critical = users.IsCritical(user.Name) };
}
