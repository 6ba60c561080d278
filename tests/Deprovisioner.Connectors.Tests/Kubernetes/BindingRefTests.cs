using Deprovisioner.Connectors.Kubernetes;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

public sealed class BindingRefTests
{
    [Theory]
    [InlineData("shop", "team a", "apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/team%20a")]
    [InlineData(null, "system:x?y", "apis/rbac.authorization.k8s.io/v1/clusterrolebindings/system%3Ax%3Fy")]
    public void Its_address_has_each_name_in_one_segment(string? space, string name, string path)
    {
        var binding = new BindingRef(space, name, "uid-1");

        Assert.Equal(path, binding.Path);
        Assert.True(BindingRef.TryParse(binding.Id, out var again));
        Assert.Equal(binding, again);
    }

    [Theory]
    [InlineData(".", "a")]
    [InlineData("..", "a")]
    [InlineData("shop", "..")]
    [InlineData("shop", "")]
    [InlineData("shop", "a/b")]
    [InlineData("shop", "%2e%2e")]
    [InlineData("shop", "a\\b")]
    [InlineData(null, "..")]
    public void A_name_that_would_change_the_address_has_none(string? space, string name)
        => Assert.Equal("unsafe-name", Assert.Throws<SystemFaultException>(() => new BindingRef(space, name, "uid-1").Path).Fault.Code);

    [Theory]
    [InlineData("")]
    [InlineData("RoleBinding/a/b")]
    [InlineData("ClusterRoleBinding/a/b/c")]
    [InlineData("Role/a/b/c")]
    public void What_is_no_id_is_none(string id) => Assert.False(BindingRef.TryParse(id, out _));
}
