namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>Names of the directory's schema ([MS-ADA1] to [MS-ADA3]) that more than one place needs.</summary>
internal static class DomainAttributes
{
    public const string AccountName = "sAMAccountName";
    public const string Control = "userAccountControl";
    public const string Expires = "accountExpires";
    public const string PrimaryGroup = "primaryGroupID";
    public const string Sid = "objectSid";
    public const string MemberOf = "memberOf";
    public const string Member = "member";
    public const string Changed = "whenChanged";
    public const string Critical = "isCriticalSystemObject";

    /// <summary>0: no password was ever set, or the one that there is has to be changed first.</summary>
    public const string PasswordSet = "pwdLastSet";

    /// <summary>1 on what the AdminSDHolder protects ([MS-ADTS], section 3.1.1.6.1.2): rights given on a container do not reach it.</summary>
    public const string AdminCount = "adminCount";

    /// <summary>Certificates and other identities that sign in as the account.</summary>
    public const string OtherIdentities = "altSecurityIdentities";

    /// <summary>Keys that sign in as the account (Windows Hello for Business, FIDO2).</summary>
    public const string Keys = "msDS-KeyCredentialLink";

    /// <summary>LDAP_CAP_ACTIVE_DIRECTORY_OID ([MS-ADTS], section 3.1.1.3.4.3).</summary>
    public const string IsActiveDirectory = "1.2.840.113556.1.4.800";
}
