using System.Diagnostics;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>Most of the time nobody leaves.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_nothing_is_to_do(Company company)
{
    /// <summary>In seconds.</summary>
    private const int Watched = 15;

    [Fact]
    public async Task A_worker_of_both_roles_asks_the_database_less_than_once_a_second_and_hears_of_a_request_at_once()
    {
        await using var product = await company.Install(new StoryOptions { MoreKeys = "reconcile: {every: 7d}\ndrift: {after: 1d, every: 7d}" });
        await company.Postgres.Execute("create extension if not exists pg_stat_statements");
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);
        await Eventually.True("the first lists to be compared", async () => await product.Query<long>("select count(*) from reconciliations where status = 'complete'") == 3);
        await Eventually.True("everything to be published", async () => await product.Query<long>("select count(*) from outbox where published_at is null") == 0);

        // What has just ended may still be looked after for a moment; what an idle worker asks for ever would be in each of these spans.
        await Eventually.True("a span with no more statements than seconds", async () => await During(product) is >= 1 and <= Watched, TimeSpan.FromSeconds(5 * Watched));
        await product.Cli("systems", "pause", "crm", "--why", "nothing to do");
        await Eventually.True("the request to be done", async () => await product.Query<long>("select count(*) from operator_acts where status = 'done'") == 1, TimeSpan.FromSeconds(10));
    }

    private async Task<double> During(Installation product)
    {
        var before = await Statements(product);
        var watch = Stopwatch.StartNew();
        await Eventually.True("time to pass", () => Task.FromResult(watch.Elapsed.TotalSeconds > Watched));
        return await Statements(product) - before;
    }

    private async Task<double> Statements(Installation product)
        => await company.Postgres.Scalar<double>(
            $"select sum(calls)::double precision from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = '{product.Name}'");
}
