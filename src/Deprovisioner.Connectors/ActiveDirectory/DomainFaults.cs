using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>What result codes mean beyond the standard where a domain controller gives them. Pure.</summary>
internal static class DomainFaults
{
    public const int UnwillingToPerform = 53;
    public const int EntryAlreadyExists = 68;

    /// <summary>Throws unless the answer says that it is now, or was already, as the request wants it.</summary>
    /// <param name="dn">What was to be changed.</param>
    public static void ThrowUnlessDone(DirectoryResponse answer, LdapEffect effect, string dn)
    {
        if (LdapFaults.MeansDone((int)answer.ResultCode, effect))
        {
            return;
        }

        // Rights belong to objects here: one that the delegation does not reach, such as an administrator under the AdminSDHolder, must not hold up everybody else.
        throw new SystemFaultException((int)answer.ResultCode == LdapFaults.InsufficientAccessRights
            ? new Fault(
                Outcome.Rejected, "ldap-50",
                $"The bind DN lacks the right to change {dn}: delegate it there. Of members of administrative groups the right is given on CN=AdminSDHolder,CN=System, and reaches them within an hour.")
            : LdapFaults.Of((int)answer.ResultCode, effect, answer.ErrorMessage));
    }
}
