using System.Collections.Concurrent;
using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Conformance;

/// <summary>A system in memory that does exactly what it is told, for tests of the host. It has all actions that have an account.</summary>
internal sealed class ScriptedSystem : IConnectorKind
{
    private int lastId;

    public ConcurrentDictionary<string, AccountState> Accounts { get; } = new(StringComparer.Ordinal);

    /// <summary>Match value by account id; the account's name where it stands not here.</summary>
    public ConcurrentDictionary<string, string> MatchValues { get; } = new(StringComparer.Ordinal);

    /// <summary>Asked before each call: its name and what it is about. May throw, or take its time.</summary>
    public Func<string, string, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>What an action on the account leaves for a person to do, by account id.</summary>
    public ConcurrentDictionary<string, string> FollowUps { get; } = new(StringComparer.Ordinal);

    /// <summary>Asked with the account's id once an action said what it leaves to do, before it changes anything. May throw.</summary>
    public Action<string> After { get; set; } = _ => { };

    public ConcurrentQueue<string> Calls { get; } = new();

    public int Opened { get; private set; }

    public int Disposed { get; private set; }

    public ConnectorDescription Description { get; } = new(
        "scripted",
        new HashSet<StepAction>(Enum.GetValues<StepAction>().Where(a => a != StepAction.ManualTask)),
        [new SettingDescription("secret", SettingKind.Secret, Required: false, "Must not be refused.")]);

    public AccountState Add(string name, Func<AccountState, AccountState>? with = null)
    {
        var id = $"id-{Interlocked.Increment(ref lastId).ToString(CultureInfo.InvariantCulture)}";
        var account = new AccountState
        {
            Account = new AccountRef(id, name),
            Enabled = true,
            Entitlements = [new Entitlement("g1", "readers"), new Entitlement("g2", "writers")],
            LiveSessions = 2,
            Credentials = 1,
            OwnedObjects = 3,
            Licences = 1,
        };
        Accounts[id] = with is null ? account : with(account);
        return Accounts[id];
    }

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock)
    {
        Opened++;
        var values = new SettingsReader(settings, secrets);
        if (values.Optional("secret")?.StartsWith("unusable", StringComparison.Ordinal) ?? false)
        {
            throw values.Unusable("secret", "is unusable");
        }

        return new Connector(this, secrets.Resolve(settings.Values.GetValueOrDefault("secret") ?? ""), settings.Values.GetValueOrDefault("reachable") != "no");
    }

    private sealed class Connector(ScriptedSystem system, string secret, bool reachable) : IConnector
    {
        public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
        {
            await Called("find", matchValue, cancellationToken);
            return [.. system.Accounts.Values.Where(a => system.MatchValues.GetValueOrDefault(a.Account.Id, a.Account.Name) == matchValue).Select(a => a.Account)];
        }

        public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        {
            await Called("read", accountId, cancellationToken);
            return system.Accounts.GetValueOrDefault(accountId);
        }

        public async Task ActAsync(ActRequest request, CancellationToken cancellationToken)
        {
            var id = request.Before.Account.Id;
            await Called("act", id, cancellationToken);
            if (system.FollowUps.TryGetValue(id, out var left))
            {
                request.FollowUp(left);
            }

            system.After(id);
            if (request.Action == StepAction.DeleteAccount)
            {
                system.Accounts.TryRemove(id, out _);
                return;
            }

            var now = system.Accounts[id];
            system.Accounts[id] = request.Action switch
            {
                StepAction.DisableAccount => now with { Enabled = false },
                StepAction.RevokeSessions => now with { LiveSessions = 0 },
                StepAction.RevokeCredentials => now with { Credentials = now.Credentials is null ? null : 0 },
                StepAction.RemoveEntitlements => now with { Entitlements = [.. now.Entitlements.Where(e => e.Owner is not null || request.OnlyEntitlements?.Contains(e.Id) == false)] },
                StepAction.TransferData => now with { OwnedObjects = 0 },
                StepAction.ReclaimLicence => now with { Licences = 0 },
                StepAction.RestoreAccount => now with { Enabled = request.Snapshot!.Enabled, Entitlements = [.. request.Snapshot.Entitlements.Select(e => new Entitlement(e, e))] },
                _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
            };
        }

        public async Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken)
        {
            await Called("list", cursor ?? "", cancellationToken);
            if (cursor is not null)
            {
                throw new SystemFaultException(Fault.BadCursor());
            }

            return new AccountPage([.. system.Accounts.Values.Select(a => new ListedAccount(a.Account, a.Enabled, a.Account.Name))], NextCursor: null);
        }

        public async Task<SystemCheck> CheckAsync(CancellationToken cancellationToken)
        {
            await Called("check", "", cancellationToken);
            return new SystemCheck(Reachable: true, "1", [new CheckFinding("memory", Ok: true)]);
        }

        public ValueTask DisposeAsync()
        {
            system.Disposed++;
            return ValueTask.CompletedTask;
        }

        private async Task Called(string call, string about, CancellationToken cancellationToken)
        {
            system.Calls.Enqueue($"{call} {about}");
            await system.Before(call, about, cancellationToken);
            if (!reachable)
            {
                throw new SystemFaultException(new Fault(Outcome.Transient, Fault.Unreachable, "nobody listens"));
            }

            if (secret == ConformanceTarget.RefusedSecret)
            {
                throw new SystemFaultException(new Fault(Outcome.Unauthorized, "http-401", "refused"));
            }
        }
    }
}
