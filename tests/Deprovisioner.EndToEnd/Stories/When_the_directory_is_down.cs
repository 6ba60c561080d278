using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A system fails: nobody else's access waits for it, and nobody has to do anything when it is back.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_directory_is_down(Company company)
{
    [Fact]
    public async Task The_other_systems_are_cut_at_once_and_the_directory_when_it_is_back()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var leaver = await company.Employ();
        await company.Directory.Stop();
        try
        {
            await product.Publish(HrEvents.Terminated(leaver));
            await Eventually.True("the other systems to be cut", async () => !await leaver.IsActiveInCrm() && !await leaver.IsInCrmGroup() && !await leaver.CanLogIn() && !await leaver.IsInRole());
            var directory = await Eventually.Value("the directory to show as down", async () => await ShownAsDown(product));
            Assert.Contains("unreachable", directory["lastError"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.NotNull(directory["since"]);
            Assert.Equal(0L, await product.Query<long>("select count(*) from sagas where status = 'completed'"));
        }
        finally
        {
            await company.Directory.StartAgain();
        }

        await product.Completed(1);
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.Equal(0L, await product.Query<long>("select count(*) from operator_acts"));
        Assert.Equal("open", await product.Query<string>("select gate from systems where system = 'directory'"));
        await product.AuditIsVerified();
    }

    private static async Task<JsonNode?> ShownAsDown(Installation product)
        => (await product.Json("systems", "list")).AsArray().FirstOrDefault(s => s!["system"]!.GetValue<string>() == "directory" && s["state"]!.GetValue<string>() == "down");
}
