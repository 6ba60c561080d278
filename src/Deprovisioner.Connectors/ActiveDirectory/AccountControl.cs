using System.DirectoryServices.Protocols;
using System.Globalization;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>The flags of userAccountControl ([MS-ADTS], section 2.2.16) that matter here. The others of an account stay as they are.</summary>
/// <param name="Flags">All of them.</param>
internal readonly record struct AccountControl(int Flags)
{
    private const int Disable = 0x2;
    private const int SmartcardRequired = 0x40000;

    public bool IsDisabled => (Flags & Disable) != 0;

    /// <summary>No password signs in: the controller gives such an account a random one that nobody is told.</summary>
    public bool RefusesPasswords => (Flags & SmartcardRequired) != 0;

    /// <exception cref="SystemFaultException">The bind DN may not read it.</exception>
    public static AccountControl Of(SearchResultEntry account)
        => int.TryParse(account.First(DomainAttributes.Control), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var flags)
            ? new(flags)
            : throw new SystemFaultException(new Fault(Outcome.Unauthorized, "attribute-hidden", $"The bind DN may not read {DomainAttributes.Control}: allow it to."));

    public AccountControl Disabled(bool disabled) => new(disabled ? Flags | Disable : Flags & ~Disable);

    public AccountControl RefusingPasswords(bool refuses) => new(refuses ? Flags | SmartcardRequired : Flags & ~SmartcardRequired);

    public override string ToString() => Flags.ToString(CultureInfo.InvariantCulture);
}
