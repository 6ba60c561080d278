using Deprovisioner.Testing;
using Xunit.Abstractions;

namespace Deprovisioner.EndToEnd;

/// <summary>Ten thousand events of every structure, type, size and encoding, with good ones in between.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_the_queue_is_full_of_garbage(Company company, ITestOutputHelper output)
{
    private const int Garbage = 10_000;
    private const int Good = 5;

    [Fact]
    public async Task Each_ends_as_decided_or_in_quarantine_with_a_reason_and_the_good_ones_are_unharmed()
    {
        const int seed = 20261121;
        output.WriteLine($"seed {seed}");
        await using var product = await company.Install();
        var worker = await product.StartWorker();
        var fuzzer = new HrEventFuzzer(seed);
        var leavers = new List<Employee>();
        for (var i = 0; i < Good; i++)
        {
            leavers.Add(await company.Employ());
            await product.Publish(Enumerable.Range(0, Garbage / Good).Select(_ => (ReadOnlyMemory<byte>)fuzzer.Next()));
            await product.Publish(HrEvents.Terminated(leavers[i]));
        }

        await Eventually.True(
            "every message to be accounted for",
            async () => await product.Query<long>("select (select coalesce(sum(deliveries), 0) from inbox) + (select coalesce(sum(deliveries), 0) from quarantine)") == Garbage + Good,
            TimeSpan.FromSeconds(180));
        await Eventually.True("the good ones to complete", async () => await product.Query<long>(
            $"select count(*) from sagas where status = 'completed' and person_id in ({string.Join(',', leavers.Select(l => $"'{l.PersonId}'"))})") == Good, TimeSpan.FromSeconds(120));

        Assert.False(worker.HasExited);
        Assert.Equal(0L, await product.Query<long>("select count(*) from quarantine where reason = '' or detail = ''"));
        Assert.Equal(0L, await product.Query<long>("select count(*) from quarantine where reason = 'not-recordable'"));
        foreach (var leaver in leavers)
        {
            Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        }

        output.WriteLine(string.Join('\n', await product.Lines("select reason || ' ' || sum(deliveries) from quarantine group by reason order by sum(deliveries) desc")));
        output.WriteLine(string.Join('\n', await product.Lines("select verdict || ' ' || sum(deliveries) from inbox group by verdict order by 1")));
        await product.AuditIsVerified();
    }
}
