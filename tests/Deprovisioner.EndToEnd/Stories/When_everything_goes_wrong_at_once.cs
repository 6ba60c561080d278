using Deprovisioner.Testing;
using Xunit.Abstractions;

namespace Deprovisioner.EndToEnd;

/// <summary>A short chaos run with servers and processes of its own; tests/chaos.sh runs longer ones, with other seeds.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_everything_goes_wrong_at_once(ITestOutputHelper output)
{
    /// <summary>What is killed, cut and filled takes its time to come back.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(9);

    [Fact]
    public async Task In_the_end_every_account_saga_message_and_audit_row_is_as_a_simple_model_says()
    {
        var (code, printed) = await ServerProcess.Run(
            Path.Combine(AppContext.BaseDirectory, "Deprovisioner.Chaos"), ["--seed", "4", "--minutes", "0.5", "--people", "60"], mayFail: true, limit: Limit);
        output.WriteLine(printed);

        Assert.True(code == 0, printed);
    }
}
