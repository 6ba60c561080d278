using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

[Collection(DomainTests.Name)]
public sealed class DomainSelectionTests(SharedDomain domain) : SelectionConformance
{
    internal override ConformanceTarget Target => new DomainTarget(domain.Server);
}
