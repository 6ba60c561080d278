using System.Text.Json;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>
/// Finds and reads users. All of it is told at once by what the cluster itself keeps: users, permissions and limits by its database, connections by the tracking on which
/// the limits stand (<c>/api/connections/username/NAME</c>). <c>/api/connections</c> is not asked: it comes from statistics that are up to five seconds old
/// (https://www.rabbitmq.com/docs/management#statistics-interval), and may be turned off.
/// </summary>
internal sealed class BrokerUsers(ManagementClient client, RabbitMqSettings settings)
{
    /// <summary>The most that a page may have: https://www.rabbitmq.com/docs/management#http-api-pagination</summary>
    private const int PageSize = 500;

    public bool IsCritical(string name) => name == settings.User || name == BrokerUser.BuiltIn;

    public async Task<AccountRef?> FindAsync(string name, CancellationToken cancellationToken)
        => await ExistsAsync(name, cancellationToken) ? new AccountRef(name, name) : null;

    public async Task<AccountState?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        // One whose name has no address is still an account, and must not pass for none: asking for it says why nothing can be done.
        if (!ManagementPath.Holds(name) && !await ExistsAsync(name, cancellationToken))
        {
            return null;
        }

        if (await GetAsync(name, cancellationToken) is not { } user
            || await client.GetAsync<IReadOnlyList<Permission>>(ManagementPath.PermissionsOf(name), cancellationToken) is not { } permissions)
        {
            return null;
        }

        var connections = await client.GetAsync<IReadOnlyList<JsonElement>>(ManagementPath.ConnectionsOf(name), cancellationToken);
        return BrokerUser.State(user, permissions, connections?.Count ?? 0, await HasStreamsAsync(cancellationToken), IsCritical(name));
    }

    /// <summary>The user itself; null: there is none of this name.</summary>
    public async Task<UserResource?> GetAsync(string name, CancellationToken cancellationToken)
    {
        var user = await client.GetAsync<UserResource>(ManagementPath.User(name), cancellationToken);

        // A proxy that unescapes what it passes on makes somebody else of a name.
        return user is null || user.Name == name ? user : throw new SystemFaultException(ManagementGrading.NotRabbitMq("a user (it shows another one)"));
    }

    /// <summary>
    /// A page of all users by name, from 1. Versions without pages of users give all of them at once; they are cut here, so that no page is too long.
    /// </summary>
    /// <returns>Null: there is no such page.</returns>
    public async Task<(IReadOnlyList<UserResource> Users, bool More)?> PageAsync(int number, CancellationToken cancellationToken)
    {
        JsonElement answer;
        try
        {
            answer = await client.GetAsync<JsonElement>($"users?page={number}&page_size={PageSize}&sort=name", cancellationToken);
        }
        catch (SystemFaultException error) when (number > 1 && error.Fault.Code == "http-400")
        {
            return null;
        }

        if (answer.ValueKind == JsonValueKind.Array)
        {
            var all = Users(answer).OrderBy(u => u.Name, StringComparer.Ordinal).ToList();
            var skipped = (number - 1L) * PageSize;
            return number > 1 && skipped >= all.Count ? null : (all.Skip((int)skipped).Take(PageSize).ToList(), skipped + PageSize < all.Count);
        }

        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("items", out var items) && answer.TryGetProperty("page_count", out var pages)
            ? (Users(items), number < pages.GetInt32())
            : throw new SystemFaultException(ManagementGrading.NotRabbitMq("users"));
    }

    /// <summary>Whether the stream protocol is spoken by any node now; a plugin may be turned on at any time.</summary>
    public async Task<bool> HasStreamsAsync(CancellationToken cancellationToken)
        => (await client.GetAsync<Overview>(Overview.Address, cancellationToken)).HasStreams;

    /// <summary>Who may open a virtual host by the stream protocol; nobody where it is not spoken.</summary>
    public async Task<IReadOnlySet<string>> StreamUsersAsync(CancellationToken cancellationToken)
        => await HasStreamsAsync(cancellationToken)
            ? (await client.GetAsync<IReadOnlyList<Permission>>("permissions", cancellationToken)).Select(p => p.User).ToHashSet(StringComparer.Ordinal)
            : new HashSet<string>();

    private static List<UserResource> Users(JsonElement list) => ManagementClient.Read<List<UserResource>>(list, "users");

    private async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken)
    {
        if (ManagementPath.Holds(name))
        {
            return await GetAsync(name, cancellationToken) is not null;
        }

        for (var number = 1; await PageAsync(number, cancellationToken) is { } page; number++)
        {
            if (page.Users.Any(u => u.Name == name))
            {
                return true;
            }

            if (!page.More)
            {
                break;
            }
        }

        return false;
    }
}
