using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class FencesTests
{
    private static readonly PersonId Ada = new("P1");
    private static readonly EmploymentId First = new("E1");

    [Fact]
    public void What_was_refused_does_not_lower_the_fence()
    {
        var fences = new Fences();
        Assert.True(fences.Pass(Ada, First, 5));
        Assert.False(fences.Pass(Ada, First, 3));
        Assert.False(fences.Pass(Ada, First, 4));
        Assert.True(fences.Pass(Ada, First, 5));
        Assert.True(fences.Pass(Ada, First, 6));
        Assert.False(fences.Pass(Ada, First, 5));
    }

    [Fact]
    public void Each_employment_has_its_own()
    {
        var fences = new Fences();
        fences.Pass(Ada, First, 5);
        Assert.True(fences.Pass(Ada, new EmploymentId("E2"), 1));
    }

    [Fact]
    public void Who_has_an_employment_of_the_same_id_has_another_one()
    {
        var fences = new Fences();
        fences.Pass(Ada, First, 5);
        Assert.True(fences.Pass(new PersonId("P2"), First, 1));
    }

    [Fact]
    public void Only_so_many_are_remembered_and_the_oldest_is_forgotten_first()
    {
        var fences = new Fences(most: 2);
        fences.Pass(Ada, First, 9);
        fences.Pass(Ada, new EmploymentId("E2"), 9);
        fences.Pass(Ada, new EmploymentId("E3"), 9);
        Assert.False(fences.Pass(Ada, new EmploymentId("E2"), 1));
        Assert.False(fences.Pass(Ada, new EmploymentId("E3"), 1));
        Assert.True(fences.Pass(Ada, First, 1));
    }
}
