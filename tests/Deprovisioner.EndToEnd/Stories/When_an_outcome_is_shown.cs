using Deprovisioner.Contracts;

namespace Deprovisioner.EndToEnd;

/// <summary>Whatever an attempt may end with reaches the screen under its own name, and in words.</summary>
[Collection(Stories.Name)]
public sealed class When_an_outcome_is_shown(Company company)
{
    [Fact]
    public async Task Every_outcome_is_in_sagas_show_by_its_name_and_what_it_means()
    {
        await using var product = await company.Install();
        var leaver = await company.Employ();
        await product.StartWorker();
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);
        var saga = (await product.Query<Guid>("select saga_id from sagas")).ToString();
        var steps = (int)await product.Query<long>("select count(*) from steps");

        foreach (var some in Enum.GetValues<Outcome>().Chunk(steps))
        {
            foreach (var (step, outcome) in some.Index())
            {
                await product.Query<long>($"with one as (update steps set outcome = '{EnumText.Of(outcome)}', code = 'some-code', status = 'failed' where ordinal = {step} returning 1) select count(*) from one");
            }

            var outcomes = Installation.Steps(await product.Json("sagas", "show", saga));
            var screen = await product.Cli("sagas", "show", saga);
            foreach (var (step, outcome) in some.Index())
            {
                Assert.Equal(EnumText.Of(outcome), outcomes[step]!["outcome"]!.GetValue<string>());
                Assert.Contains($" {EnumText.Of(outcome)} (some-code) ", screen, StringComparison.Ordinal);
                Assert.Contains($"step {step} on {outcomes[step]!["system"]}, {outcomes[step]!["action"]}: {outcomes[step]!["means"]}", screen, StringComparison.Ordinal);
            }
        }
    }
}
