using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class SchemaTests
{
    private const string File = "declared-connector.schema.json";

    [Fact]
    public void The_editors_schema_is_that_of_the_language()
    {
        var text = DeclarationSchema.Text();
        if (text != Schemas.Text(File))
        {
            var path = Repository.PathOf("tests", "Deprovisioner.Connectors.Tests", "Rest", $"{File}.received.txt");
            System.IO.File.WriteAllText(path, text);
            Assert.Fail($"The language has changed. If it is meant: mv {path} src/Deprovisioner.Contracts/Schemas/{File}");
        }
    }
}
