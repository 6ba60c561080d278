using System.Text.Json;
using Deprovisioner.Testing;

namespace Deprovisioner.Worker.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class PolicyCheckTests : IDisposable
{
    private readonly TemporaryFolder folder = new("policy-check");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("example.yaml")]
    [InlineData("quickstart.yaml")]
    public async Task The_shipped_files_are_good(string file)
    {
        var result = await CommandLine.Run("policy", "check", Path.Combine(AppContext.BaseDirectory, "Shipped", file));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(": good: ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_the_configured_one_is_checked()
    {
        var path = folder.Write("organisation.yaml", SmallConfiguration.Text);

        var result = await CommandLine.Run(new Dictionary<string, string> { ["Deprovisioner__Config"] = path }, "policy", "check");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith($"{path}: good: 1 systems, 1 policies, version ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_is_told_with_its_place_and_the_file_exits_with_2()
    {
        var path = folder.Write("bad.yaml", SmallConfiguration.WithTwoFaults);

        var result = await CommandLine.Run("policy", "check", path);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{path}:2:18: systems.badge.owner: ", result.Output, StringComparison.Ordinal);
        Assert.Contains($"{path}:6:74: policies[0].stages[0].steps[0].action: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("did you mean 'manual-task'?", result.Output, StringComparison.Ordinal);
        Assert.EndsWith($"{path}: 2 faults", result.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_a_good_file_has_its_version_and_a_bad_one_its_faults()
    {
        var good = await CommandLine.Run("policy", "check", "--json", folder.Write("good.yaml", SmallConfiguration.Text));
        var bad = await CommandLine.Run("policy", "check", "--json", folder.Write("bad.yaml", SmallConfiguration.WithTwoFaults));

        Assert.Equal((0, 2), (good.ExitCode, bad.ExitCode));
        using var accepted = JsonDocument.Parse(good.Output);
        Assert.Equal(64, accepted.RootElement.GetProperty("version").GetString()!.Length);
        Assert.Equal(0, accepted.RootElement.GetProperty("faults").GetArrayLength());
        using var refused = JsonDocument.Parse(bad.Output);
        Assert.Equal(JsonValueKind.Null, refused.RootElement.GetProperty("version").ValueKind);
        var first = refused.RootElement.GetProperty("faults")[0];
        Assert.Equal((2, 18, "systems.badge.owner"), (first.GetProperty("line").GetInt32(), first.GetProperty("column").GetInt32(), first.GetProperty("path").GetString()));
        Assert.NotEmpty(first.GetProperty("message").GetString()!);
        Assert.NotEmpty(first.GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var result = await CommandLine.Run("policy", "check", folder["nowhere.yaml"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(folder["nowhere.yaml"], result.Errors, StringComparison.Ordinal);
        Assert.Contains("Deprovisioner__Config", result.Errors, StringComparison.Ordinal);
    }
}
