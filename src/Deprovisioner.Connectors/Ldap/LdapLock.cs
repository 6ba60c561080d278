using System.DirectoryServices.Protocols;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>Which attribute disables an account, and by which value.</summary>
/// <param name="Attribute">The attribute.</param>
/// <param name="DisabledValue">Its value on a disabled account.</param>
/// <param name="EnabledValue">Its value on an enabled one; null: it is not there.</param>
internal sealed record LdapLock(string Attribute, string DisabledValue, string? EnabledValue)
{
    /// <summary>
    /// draft-behera-ldap-password-policy-10, section 5.3.3: this value locks for good; any other is the time of a lock after failed attempts,
    /// which ends by itself and so does not count as disabled.
    /// </summary>
    public static readonly LdapLock PasswordPolicy = new("pwdAccountLockedTime", "000001010000Z", null);

    /// <summary>
    /// slapd ignores the lock of an account whose policy has not pwdLockout TRUE (measured with 2.5.13; slapo-ppolicy(5), pwdLockout),
    /// so the policy has to be looked at too.
    /// </summary>
    public bool DependsOnPolicy => Attribute == PasswordPolicy.Attribute;

    public bool IsDisabledBy(IReadOnlyList<string> values) => values.Contains(DisabledValue, StringComparer.OrdinalIgnoreCase);

    public DirectoryAttributeModification Disable() => Replace(DisabledValue);

    /// <summary>Back to what it was before (a login shell, say), else to the value of an enabled account, else gone.</summary>
    public DirectoryAttributeModification Enable(string? valueBefore)
        => valueBefore is { Length: > 0 } && !IsDisabledBy([valueBefore]) && !DependsOnPolicy ? Replace(valueBefore) : Replace(EnabledValue);

    /// <summary>RFC 4511, section 4.6: replace with no value removes the attribute, and is no error where there is none.</summary>
    private DirectoryAttributeModification Replace(string? value)
    {
        var change = new DirectoryAttributeModification { Name = Attribute, Operation = DirectoryAttributeOperation.Replace };
        if (value is not null)
        {
            change.Add(value);
        }

        return change;
    }
}
