using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Scim;

[Collection(ScimServerTests.Name)]
public sealed class ScimSelectionTests(ScimFixture scim) : SelectionConformance
{
    internal override ConformanceTarget Target => new ScimTarget(scim.Server);

    [Theory]
    [InlineData("auto")]
    [InlineData("put")]
    public async Task Of_several_roles_one_goes_and_the_others_stay_whole(string patch)
    {
        await using var connector = scim.Open(new Dictionary<string, string> { ["patch"] = patch });
        var id = await scim.Server.AddUserAsync($"ada.some.{patch}", user => user["roles"] = new JsonArray(
            new JsonObject { ["value"] = "admin", ["display"] = "Administrator" }, new JsonObject { ["value"] = "seller", ["display"] = "Seller", ["primary"] = true }));
        var before = (await connector.ReadAsync(id, default))!;

        await connector.ActAsync(
            new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = ScimSystem.NoFacts, OnlyEntitlements = new HashSet<string> { "role:admin" } }, default);

        var role = Assert.Single((await scim.Server.GetAsync($"Users/{id}"))!["roles"]!.AsArray());
        Assert.Equal(("seller", "Seller"), (role!["value"]!.GetValue<string>(), role["display"]!.GetValue<string>()));
    }
}
