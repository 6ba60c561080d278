using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Ldap;

[Collection(DirectoryTests.Name)]
public sealed class LdapSelectionTests(SharedDirectory directory) : SelectionConformance
{
    internal override ConformanceTarget Target => new LdapTarget(directory.Server);
}
