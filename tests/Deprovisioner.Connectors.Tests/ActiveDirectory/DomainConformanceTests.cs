using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

[Collection(DomainTests.Name)]
public sealed class DomainConformanceTests(SharedDomain domain) : ConnectorConformance
{
    internal override ConformanceTarget Target => new DomainTarget(domain.Server);
}
