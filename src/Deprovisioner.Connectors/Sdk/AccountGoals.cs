using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>When an action's aim is reached, judged only by what the system says.</summary>
public static class AccountGoals
{
    /// <summary>Whether the state is what the action wants.</summary>
    /// <param name="action">The action.</param>
    /// <param name="state">What was read; null: the account is gone.</param>
    /// <param name="snapshot">For a restore: what it should be again.</param>
    /// <param name="selection">For a removal of entitlements: which of them; null: all.</param>
    public static bool Reached(StepAction action, AccountState? state, AccountSnapshot? snapshot = null, EntitlementSelection? selection = null)
    {
        if (state is null)
        {
            return action is not (StepAction.RestoreAccount or StepAction.ManualTask);
        }

        return action switch
        {
            StepAction.DisableAccount => !state.Enabled,
            StepAction.RevokeSessions => state.LiveSessions is 0,
            StepAction.RevokeCredentials => state.Credentials is 0,
            StepAction.RemoveEntitlements => EntitlementChoice.Of(selection, state.Entitlements).Remove.All(e => e.Owner is not null),
            StepAction.TransferData => state.OwnedObjects is 0,
            StepAction.ReclaimLicence => state.Licences is 0,
            StepAction.DeleteAccount => false,
            StepAction.RestoreAccount => !state.Deleted && (snapshot is null
                || ((state.Enabled || !snapshot.Enabled) && snapshot.Entitlements.All(id => state.Entitlements.Any(e => e.Id == id)))),
            StepAction.ManualTask => false,
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "Not an action."),
        };
    }
}
