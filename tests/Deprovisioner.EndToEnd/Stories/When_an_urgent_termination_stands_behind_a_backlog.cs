using System.Text.Json.Nodes;
using Deprovisioner.Testing;
using Xunit.Abstractions;

namespace Deprovisioner.EndToEnd;

/// <summary>HR sends everything at once, and the one that cannot wait comes last.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_an_urgent_termination_stands_behind_a_backlog(Company company, ITestOutputHelper output)
{
    private const int Backlog = 5000;

    [Fact]
    public async Task It_is_taken_in_and_contained_before_the_backlog()
    {
        await using var product = await company.Install();
        var worker = await product.StartWorker();
        worker.Signal(15);
        await worker.Ended(TimeSpan.FromSeconds(40));
        var leaver = await company.Employ();

        // Nobody listens: so all of them stand in the queue before the first is taken.
        await product.Publish(Enumerable.Range(1, Backlog).Select(Ordinary));
        await product.Publish(HrEvents.Terminated(leaver, more: new JsonObject { ["urgent"] = true }));
        await product.StartWorker();

        await Eventually.True(
            "the urgent saga to have contained", async () => await product.Query<long>($"select count(*) from sagas where person_id = '{leaver.PersonId}' and contained_at is not null") == 1, TimeSpan.FromSeconds(120));
        var before = await product.Query<long>($"select count(*) from inbox where inbox_id < (select inbox_id from inbox where person_id = '{leaver.PersonId}')");
        output.WriteLine($"{before} of {Backlog} events were taken in before the urgent one.");
        Assert.InRange(before, 0, Backlog / 2);
        await Eventually.True("the whole backlog to be taken in", async () => await product.Query<long>("select count(*) from inbox") == Backlog + 1, TimeSpan.FromSeconds(240));
        Assert.Equal($"{Backlog + 1} deliveries", await product.Query<string>("select sum(deliveries) || ' deliveries' from inbox"));
        Assert.Equal(1L, await product.Query<long>($"select count(*) from sagas where person_id = '{leaver.PersonId}'"));
    }

    /// <summary>Of people whom no target knows.</summary>
    private static ReadOnlyMemory<byte> Ordinary(int number)
        => System.Text.Encoding.UTF8.GetBytes(new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = $"backlog-{number}",
            ["source"] = "/hris/test",
            ["type"] = "hr.employment.terminated.v1",
            ["time"] = "2026-11-20T10:00:00Z",
            ["data"] = new JsonObject
            {
                ["personId"] = $"B{number}",
                ["employmentId"] = $"B{number}",
                ["effectiveAt"] = "2030-01-01T00:00:00Z",
                ["urgent"] = false,
                ["person"] = new JsonObject { ["email"] = $"b{number}@example.test", ["userName"] = $"b{number}" },
            },
        }.ToJsonString());
}
