using System.Text;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>The users that the bindings of one cluster name.</summary>
internal sealed class KubernetesConnector : IConnector
{
    private const int PageSize = 500;

    /// <summary>Tells a cursor of ours from any other text; what follows is the last name that was given.</summary>
    private const string CursorPrefix = "after:";

    private readonly KubernetesSettings settings;
    private readonly ClusterClient client;
    private readonly ClusterBindings bindings;
    private readonly BindingChanges changes;

    public KubernetesConnector(KubernetesSettings settings, ISecrets secrets, TimeProvider clock)
    {
        this.settings = settings;
        client = new ClusterClient(settings, secrets, clock);
        bindings = new ClusterBindings(client);
        changes = new BindingChanges(client);
    }

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
    {
        var name = settings.UserPrefix + matchValue;
        return (await bindings.ReadAsync(cancellationToken)).Any(binding => binding.Names(name)) ? [UserSubject.Ref(name)] : [];
    }

    /// <summary>Whoever was found once is there with nothing once the last binding is gone: a restore has to find them again.</summary>
    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        => UserSubject.TryName(accountId, out var name) ? State(name, await bindings.ReadAsync(cancellationToken)) : null;

    public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => request switch
    {
        { Action: StepAction.RemoveEntitlements } => changes.RemoveAsync(request.Before.Account.Name, request, cancellationToken),
        { Action: StepAction.RestoreAccount, Snapshot: { } snapshot } => changes.RestoreAsync(request.Before.Account.Name, request, snapshot, cancellationToken),
        _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
    };

    /// <summary>By name, so that whoever comes or goes meanwhile moves nobody else to another page.</summary>
    public async Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        var after = cursor is null ? null : Last(cursor);
        var names = (await bindings.ReadAsync(cancellationToken)).SelectMany(binding => binding.Users).Distinct(StringComparer.Ordinal)
            .Where(name => after is null || string.CompareOrdinal(name, after) > 0).Order(StringComparer.Ordinal).ToList();
        return new AccountPage([.. names.Take(PageSize).Select(Listed)], names.Count > PageSize ? Cursor(names[PageSize - 1]) : null);
    }

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => new KubernetesCheck(client, bindings, settings).RunAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Cursor(string name) => CursorPrefix + Convert.ToBase64String(Encoding.UTF8.GetBytes(name));

    private static string Last(string cursor)
    {
        var text = cursor.StartsWith(CursorPrefix, StringComparison.Ordinal) ? cursor[CursorPrefix.Length..] : "";
        var bytes = new byte[text.Length];
        return text.Length > 0 && Convert.TryFromBase64String(text, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new SystemFaultException(Fault.BadCursor());
    }

    private AccountState State(string name, IReadOnlyList<Binding> all) => new()
    {
        Account = UserSubject.Ref(name),
        OtherNames = UserSubject.MatchValue(name, settings.UserPrefix) is { } value ? [value] : [],

        // The identity provider decides that, and the cluster does not know.
        Enabled = true,
        Critical = UserSubject.IsCritical(name),
        Entitlements = [.. all.Where(binding => binding.Names(name)).Select(binding => binding.Entitlement)],
    };

    private ListedAccount Listed(string name)
        => new(UserSubject.Ref(name), Enabled: true, UserSubject.MatchValue(name, settings.UserPrefix)) { Critical = UserSubject.IsCritical(name) };
}
