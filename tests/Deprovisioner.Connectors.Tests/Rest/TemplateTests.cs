using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class TemplateTests
{
    [Fact]
    public void The_template_has_no_fault()
        => Assert.Empty(DeclarationReader.Read(File.ReadAllText(Repository.PathOf("src", "Deprovisioner.Connectors", "Rest", "template.yaml"))).Faults);

    [Fact]
    public void The_readme_s_example_has_no_fault()
    {
        var readme = File.ReadAllText(Repository.PathOf("README.md"));
        var example = readme.Split("### Declared systems")[1].Split("```yaml\n")[1].Split("```")[0];

        Assert.Empty(DeclarationReader.Read(example).Faults);
    }
}
