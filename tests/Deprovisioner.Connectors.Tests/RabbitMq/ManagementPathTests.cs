using Deprovisioner.Connectors.RabbitMq;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>The addresses that something is deleted by.</summary>
public sealed class ManagementPathTests
{
    private static readonly Uri Endpoint = new("https://mq.example.test:15671/behind/proxy/api/");

    [Theory]
    [InlineData("ada", "ada")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("..%2fpermissions", "..%252fpermissions")]
    [InlineData("../permissions", "..%2Fpermissions")]
    [InlineData("a?b#c", "a%3Fb%23c")]
    [InlineData("a\\b", "a%5Cb")]
    [InlineData(" ", "%20")]
    [InlineData("ünï", "%C3%BCn%C3%AF")]
    [InlineData("/", "%2F")]
    [InlineData("a\0b", "a%00b")]
    public void A_name_is_one_segment_of_the_address(string name, string segment)
    {
        const string Base = "https://mq.example.test:15671/behind/proxy/api/";

        Assert.Equal($"{Base}users/{segment}", ManagementPath.User(name).Under(Endpoint).AbsoluteUri);
        Assert.Equal($"{Base}users/{segment}/permissions", ManagementPath.PermissionsOf(name).Under(Endpoint).AbsoluteUri);
        Assert.Equal($"{Base}permissions/%2F/{segment}", ManagementPath.Permission("/", name).Under(Endpoint).AbsoluteUri);
        Assert.Equal($"{Base}permissions/{segment}/ada", ManagementPath.Permission(name, "ada").Under(Endpoint).AbsoluteUri);
        Assert.Equal($"{Base}user-limits/{segment}/max-connections", ManagementPath.ConnectionLimit(name).Under(Endpoint).AbsoluteUri);
        Assert.Equal($"{Base}connections/username/{segment}", ManagementPath.ConnectionsOf(name).Under(Endpoint).AbsoluteUri);
    }

    [Fact]
    public void A_name_that_would_change_the_address_has_none()
    {
        foreach (var name in new[] { "", ".", "..", "a\uD800b", "\uDC00" })
        {
            Assert.False(ManagementPath.Holds(name));
            foreach (var path in new Func<ManagementPath>[]
            {
                () => ManagementPath.User(name), () => ManagementPath.PermissionsOf(name), () => ManagementPath.Permission("/", name), () => ManagementPath.Permission(name, "ada"),
                () => ManagementPath.ConnectionLimit(name), () => ManagementPath.ConnectionsOf(name),
            })
            {
                var fault = Assert.Throws<SystemFaultException>(path).Fault;
                Assert.Equal((Outcome.Rejected, "unsafe-name"), (fault.Outcome, fault.Code));
            }
        }
    }

    [Fact]
    public void A_name_too_long_for_a_request_has_no_address()
    {
        Assert.True(ManagementPath.Holds(new string('n', 1_000)));
        Assert.False(ManagementPath.Holds(new string('n', 3_001)));
        Assert.False(ManagementPath.Holds(new string('ü', 600)));
    }
}
