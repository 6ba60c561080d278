using System.Globalization;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>What the program is asked for an action, and what the action leaves for a person.</summary>
internal static class LinuxActions
{
    /// <exception cref="SystemFaultException">No such action.</exception>
    public static ProgramRequest Asked(ActRequest request, bool removeHome)
    {
        var id = request.Before.Account.Id;
        return request.Action switch
        {
            StepAction.DisableAccount => On("disable", id),
            StepAction.RevokeSessions => On("sessions", id),
            StepAction.RevokeCredentials => On("credentials", id),
            StepAction.RemoveEntitlements => With(On("entitlements", id), request.Before.Entitlements.Where(e => e.Owner is null && request.OnlyEntitlements?.Contains(e.Id) is null or true).Select(e => e.Id)),
            StepAction.DeleteAccount => removeHome ? On("delete", id).With("home", "remove") : On("delete", id),
            StepAction.RestoreAccount when request.Snapshot is { } snapshot => Restore(request.Before, snapshot),
            _ => throw new SystemFaultException(Fault.Unsupported(request.Action)),
        };
    }

    /// <summary>Sentences for people, once the action was taken.</summary>
    public static IEnumerable<string> LeftToDo(ActRequest request, bool removeHome)
    {
        var details = request.Before.Details;
        if (request.Action is StepAction.RevokeSessions && details.TryGetValue(LinuxAccounts.StartedAsOthers, out var count))
        {
            yield return $"{count} processes that this person started run under another account (sudo, su), root's perhaps: look at them (grep -lx UID /proc/*/loginuid) and end what is not a service.";
        }

        if (request.Action is StepAction.RevokeCredentials && details.TryGetValue(LinuxAccounts.OtherKeys, out var others))
        {
            yield return $"sshd on this machine also takes keys by {others}: revoke this person's there too.";
        }

        if (request.Action is StepAction.RevokeCredentials && details.TryGetValue(LinuxAccounts.SharedKeys, out var shared))
        {
            yield return $"sshd on this machine takes keys for every account from {shared}: look whether one of them is this person's.";
        }

        if (request.Action is StepAction.DeleteAccount && !removeHome && details.TryGetValue(LinuxAccounts.Home, out var home))
        {
            yield return $"The home directory {home} is kept: hand over what is needed and remove it.";
        }

        if (request.Action is StepAction.DeleteAccount && request.Before.Entitlements.Any(e => e.Owner is not null && e.Id.StartsWith("sudoers", StringComparison.Ordinal)))
        {
            yield return "Rules of sudo still name the account: whoever gets the name next would have them.";
        }
    }

    private static ProgramRequest On(string verb, string id) => new ProgramRequest(verb).With("id", id);

    private static ProgramRequest With(ProgramRequest request, IEnumerable<string> entitlements) => entitlements.Aggregate(request, (asked, id) => asked.With("entitlement", id));

    /// <summary>What disabling took, and the entitlements that are missing. Never a key, and never a password that was revoked.</summary>
    private static ProgramRequest Restore(AccountState before, AccountSnapshot snapshot)
    {
        var request = On("restore", before.Account.Id);
        if (snapshot.Enabled && !before.Enabled)
        {
            var day = snapshot.Attributes.GetValueOrDefault(LinuxAccounts.Expires);
            request.With("expires", uint.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? day : LinuxAccounts.Never);
            if (snapshot.Attributes.GetValueOrDefault(LinuxAccounts.PasswordUnlocked) == LinuxAccounts.Yes)
            {
                request.With("unlock", LinuxAccounts.Yes);
            }
        }

        return With(request, snapshot.Entitlements.Except(before.Entitlements.Select(e => e.Id), StringComparer.Ordinal).Where(id => !id.Contains('\n', StringComparison.Ordinal)));
    }
}
