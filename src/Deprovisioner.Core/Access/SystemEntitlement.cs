using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Access;

/// <summary>
/// An entitlement on a system, as the configuration writes it. Two that differ in case only are one here: directories take them for the
/// same, and where a system does not, too much is kept rather than too little.
/// </summary>
public readonly record struct SystemEntitlement(SystemName System, string Entitlement)
{
    public bool Equals(SystemEntitlement other) => System == other.System && string.Equals(Entitlement, other.Entitlement, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => HashCode.Combine(System, StringComparer.OrdinalIgnoreCase.GetHashCode(Entitlement));
}
