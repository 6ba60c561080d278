using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>Target systems in memory: they outlive every process. One account each, of the person that the run is about.</summary>
internal sealed class MemorySystems(Trace trace) : IConnectorKind
{
    private readonly Dictionary<string, AccountState> accounts = [];

    public ConnectorDescription Description { get; } = new(
        "memory", new HashSet<StepAction>(Enum.GetValues<StepAction>().Where(a => a != StepAction.ManualTask)), []);

    /// <summary>What a system says instead of doing the action; null: it does it.</summary>
    public Func<string, StepAction, Task<Fault?>> Trouble { get; set; } = (_, _) => Task.FromResult<Fault?>(null);

    /// <summary>Changes that a system has taken and not made yet. It makes them once the answer says so.</summary>
    public Dictionary<string, StepAction> Taken { get; } = [];

    public Func<string, StepAction, Task<bool>> Finishes { get; set; } = (_, _) => Task.FromResult(true);

    /// <summary>The host that serves them now.</summary>
    public ISender? Host { get; set; }

    /// <summary>Every account as it is, as text.</summary>
    public IEnumerable<string> Everything
        => accounts.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a =>
            $"account {a.Key}: enabled={a.Value.Enabled} entitlements={string.Join('+', a.Value.Entitlements.Select(e => e.Id).Order(StringComparer.Ordinal))} sessions={a.Value.LiveSessions} owned={a.Value.OwnedObjects}");

    public void Add(string system, string name)
        => accounts[system] = new AccountState
        {
            Account = new AccountRef($"{system}-1", name),
            Enabled = true,
            Entitlements = [new Entitlement("g1", "readers"), new Entitlement("g2", "writers")],
            LiveSessions = 2,
            Credentials = 1,
            OwnedObjects = 3,
            Licences = 1,
        };

    public IConnector Open(SystemSettings settings, ISecrets secrets, TimeProvider clock) => new Connector(this, settings.Name.Value, Host!);

    private async Task Change(string system, ActRequest request, ISender host)
    {
        var trouble = await Trouble(system, request.Action);
        var (_, mishap) = trace.Comes(PlaceKind.Change, $"{system} {EnumText.Of(request.Action)}{(trouble is null ? "" : $", {EnumText.Of(trouble.Outcome)}")}");
        if (mishap is Mishap.HostDiesBeforeChange)
        {
            Die(host);
        }

        if (trouble is { } fault)
        {
            if (fault.Outcome is Outcome.Accepted)
            {
                Taken[system] = request.Action;
            }

            Afterwards(mishap, host);
            throw new SystemFaultException(fault);
        }

        Make(system, request.Action, request.Snapshot);
        Afterwards(mishap, host);
    }

    private static void Afterwards(Mishap? mishap, ISender host)
    {
        switch (mishap)
        {
            case Mishap.HostDiesAfterChange:
                Die(host);
                break;
            case Mishap.AnswerLost:
                throw new SystemFaultException(new Fault(Outcome.Indeterminate, Fault.NoAnswer, "The answer was lost."));
            default:
                break;
        }
    }

    private static void Die(ISender host)
    {
        host.Kill();
        throw new OperationCanceledException("The host is dead.");
    }

    private void Make(string system, StepAction action, AccountSnapshot? snapshot)
    {
        var now = accounts[system];
        accounts[system] = action switch
        {
            StepAction.DisableAccount => now with { Enabled = false },
            StepAction.RevokeSessions => now with { LiveSessions = 0 },
            StepAction.RevokeCredentials => now with { Credentials = 0 },
            StepAction.RemoveEntitlements => now with { Entitlements = [] },
            StepAction.TransferData => now with { OwnedObjects = 0 },
            StepAction.RestoreAccount => now with
            {
                Enabled = now.Enabled || snapshot!.Enabled,
                Entitlements = [.. now.Entitlements.Concat(snapshot!.Entitlements.Select(e => new Entitlement(e, snapshot.Names.GetValueOrDefault(e, e)))).DistinctBy(e => e.Id)],
            },
            _ => now,
        };
        if (action is StepAction.DeleteAccount)
        {
            accounts.Remove(system);
        }
    }

    private sealed class Connector(MemorySystems systems, string system, ISender host) : IConnector
    {
        public Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
            => Task.FromResult<IReadOnlyList<AccountRef>>([.. systems.accounts.Where(a => a.Key == system && a.Value.Account.Name == matchValue).Select(a => a.Value.Account)]);

        public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
        {
            if (systems.Taken.TryGetValue(system, out var taken) && await systems.Finishes(system, taken))
            {
                systems.Taken.Remove(system);
                systems.Make(system, taken, snapshot: null);
            }

            return systems.accounts.GetValueOrDefault(system) is { } account && account.Account.Id == accountId ? account : null;
        }

        public Task ActAsync(ActRequest request, CancellationToken cancellationToken) => systems.Change(system, request, host);

        public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
