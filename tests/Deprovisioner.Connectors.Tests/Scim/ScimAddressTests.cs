using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Scim;

public sealed class ScimAddressTests
{
    private static readonly Uri Endpoint = new("https://crm.example.test/scim/v2/");

    public static TheoryData<string> UnsafeIds =>
    [
        "", " ", ".", "..", "a/b", "../Groups/7", "a\\b", "7 ", "\t7", "%2e%2e", "..%2f", "a\"b", "a\nb", "a\0b", "😀", new('a', 1_001),
    ];

    [Theory]
    [InlineData("2819c223-7f76-453a-919d-413861904646", "2819c223-7f76-453a-919d-413861904646")]
    [InlineData("...", "...")]
    [InlineData("a b", "a%20b")]
    [InlineData("a?b#c&d;e=f", "a%3Fb%23c%26d%3Be%3Df")]
    [InlineData("urn:x:7", "urn%3Ax%3A7")]
    [InlineData("zoë", "zo%C3%AB")]
    [InlineData(".search", ".search")]
    public void An_id_is_exactly_one_segment_after_its_collection(string id, string segment)
    {
        Assert.Equal($"https://crm.example.test/scim/v2/Users/{segment}", ScimAddress.User(id).Under(Endpoint).AbsoluteUri);
        Assert.Equal($"https://crm.example.test/scim/v2/Groups/{segment}", ScimAddress.Group(id).Under(Endpoint).AbsoluteUri);
    }

    [Theory]
    [MemberData(nameof(UnsafeIds))]
    public void An_id_that_could_point_elsewhere_makes_no_address(string id)
    {
        Assert.Equal("unsafe-id", Assert.Throws<SystemFaultException>(() => ScimAddress.User(id)).Fault.Code);
        Assert.Equal("unsafe-id", Assert.Throws<SystemFaultException>(() => ScimAddress.Group(id)).Fault.Code);
    }

    [Fact]
    public void Half_a_character_makes_no_address()
        => Assert.Equal("unsafe-id", Assert.Throws<SystemFaultException>(() => ScimAddress.User("\ud800")).Fault.Code);

    [Theory]
    [MemberData(nameof(UnsafeIds))]
    public async Task Nothing_is_sent_for_such_an_id(string id)
    {
        await ScriptedScim.PlayAsync(async (script, connector) =>
        {
            Assert.Equal(Outcome.Rejected, (await ScimSystem.FaultOf(() => connector.ReadAsync(id, default))).Outcome);
            foreach (var action in (StepAction[])[StepAction.DisableAccount, StepAction.RemoveEntitlements, StepAction.DeleteAccount, StepAction.RestoreAccount])
            {
                var before = new AccountState { Account = new AccountRef(id, "ada"), Enabled = true, Entitlements = [new Entitlement("group:g", "g")] };
                var fault = await ScimSystem.FaultOf(() => connector.ActAsync(new ActRequest { Action = action, Before = before, Facts = ScimSystem.NoFacts }, default));
                Assert.Equal("unsafe-id", fault.Code);
            }

            Assert.Empty(script.Requests);
        });
    }

    [Theory]
    [MemberData(nameof(UnsafeIds))]
    public async Task A_group_with_such_an_id_is_not_written_to_and_the_others_are(string id)
    {
        await ScriptedScim.PlayAsync(
            async (script, connector) =>
            {
                script.Expect("PATCH", "/Groups/good");
                var before = new AccountState
                {
                    Account = new AccountRef("7", "ada"),
                    Enabled = true,
                    Entitlements = [new Entitlement($"group:{id}", "bad"), new Entitlement("group:good", "good")],
                };
                var fault = await ScimSystem.FaultOf(
                    () => connector.ActAsync(new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = ScimSystem.NoFacts }, default));
                Assert.Equal("unsafe-id", fault.Code);
            },
            new Dictionary<string, string> { ["patch"] = "patch" });
    }
}
