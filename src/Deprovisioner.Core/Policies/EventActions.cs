using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Policies;

/// <summary>Which actions make no sense as the answer to an event.</summary>
internal static class EventActions
{
    /// <summary>What is wrong and what to do instead; null where the action may answer the event.</summary>
    /// <param name="eventName">The short name, as <c>when.event</c> has it.</param>
    public static (string What, string Remedy)? Refusal(string eventName, StepAction action)
        => (eventName, action) switch
        {
            // It would open again what the event is about to close.
            ("terminated" or "leave-started", StepAction.RestoreAccount) => ($"a policy for {eventName} restores no accounts", "take the step away"),
            ("leave-started", StepAction.DeleteAccount or StepAction.TransferData or StepAction.RevokeCredentials) =>
                ($"who is on leave comes back, and {EnumText.Of(action)} cannot be undone", "write disable-account, revoke-sessions or remove-entitlements, or take the step away"),
            ("hired" or "termination-rescinded" or "leave-ended", not (StepAction.RestoreAccount or StepAction.ManualTask)) =>
                ($"a policy for {eventName} takes nothing away", "write restore-account or manual-task, or take the step away"),
            _ => null,
        };
}
