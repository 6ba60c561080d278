using System.Collections.Concurrent;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Benchmarks.Simulated;

/// <summary>The accounts of one system. Only what was taken from an account is kept: whoever is not in it has everything.</summary>
internal sealed class SimulatedAccounts
{
    private const string Group = "staff";

    private readonly ConcurrentDictionary<string, int> taken = new(StringComparer.Ordinal);

    public static string IdOf(string matchValue) => $"account-of-{matchValue}";

    /// <summary>Null: it was deleted.</summary>
    public AccountState? Read(string id)
    {
        var gone = taken.GetValueOrDefault(id);
        return Has(gone, StepAction.DeleteAccount) ? null : new AccountState
        {
            Account = new AccountRef(id, id),
            Enabled = !Has(gone, StepAction.DisableAccount),
            LiveSessions = Has(gone, StepAction.RevokeSessions) ? 0 : 1,
            Credentials = Has(gone, StepAction.RevokeCredentials) ? 0 : 1,
            Entitlements = Has(gone, StepAction.RemoveEntitlements) ? [] : [new Entitlement(Group, Group)],
            OwnedObjects = Has(gone, StepAction.TransferData) ? 0 : 1,
            Licences = Has(gone, StepAction.ReclaimLicence) ? 0 : 1,
        };
    }

    /// <summary>False: it was so already.</summary>
    public bool Act(string id, StepAction action)
    {
        if (action is StepAction.RestoreAccount)
        {
            return taken.TryRemove(id, out _);
        }

        while (true)
        {
            var before = taken.GetOrAdd(id, 0);
            if (Has(before, action))
            {
                return false;
            }

            if (taken.TryUpdate(id, before | Bit(action), before))
            {
                return true;
            }
        }
    }

    private static bool Has(int gone, StepAction action) => (gone & Bit(action)) != 0;

    private static int Bit(StepAction action) => 1 << (int)action;
}
