using Deprovisioner.Connectors.Tests.Conformance;

namespace Deprovisioner.Connectors.Tests.Scim;

[Collection(ScimServerTests.Name)]
public sealed class ScimConformanceTests(ScimFixture scim) : ConnectorConformance
{
    internal override ConformanceTarget Target => new ScimTarget(scim.Server);
}
