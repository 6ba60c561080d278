using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Ldap;

[Collection(DirectoryTests.Name)]
public sealed class LdapConformanceTests(SharedDirectory directory) : ConnectorConformance
{
    internal override ConformanceTarget Target => new LdapTarget(directory.Server);
}
