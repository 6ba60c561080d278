using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Connectors.Tests.Scim;

namespace Deprovisioner.Connectors.Tests.Rest;

[Collection(ScimServerTests.Name)]
public sealed class RestConformanceTests(ScimFixture scim) : ConnectorConformance
{
    internal override ConformanceTarget Target => new DeclaredScimTarget(scim.Server);
}

[Collection(ScimServerTests.Name)]
public sealed class RestSelectionTests(ScimFixture scim) : SelectionConformance
{
    internal override ConformanceTarget Target => new DeclaredScimTarget(scim.Server);
}
