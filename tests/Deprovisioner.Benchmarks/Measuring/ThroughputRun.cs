using Deprovisioner.Benchmarks.Site;

namespace Deprovisioner.Benchmarks.Measuring;

// Theory of operation. About a constant number of sagas is under way from the warm-up to the end of the measurement. All counters are read at its beginning and at its end, both amid steady work, so neither
// the start nor the drain is in the figures; a completion counts where its commit (PostgreSQL's own commit timestamp of the saga's row) lies between the two readings. After that everything is drained and verified.

/// <summary>Measures steady work.</summary>
internal sealed record ThroughputRun
{
    public int Sagas { get; init; }

    public int WarmUp { get; init; }

    public int UnderWay { get; init; }

    public int ConventionalSagas { get; init; }

    public int ConventionalWarmUp { get; init; }

    public int ConventionalUnderWay { get; init; }

    /// <summary>The same for the conventional implementation, which is slower.</summary>
    public ThroughputRun Conventional => this with { Sagas = ConventionalSagas, WarmUp = ConventionalWarmUp, UnderWay = ConventionalUnderWay };

    public async Task<Figures> Measure(Servers servers, ISubject subject)
    {
        var clock = TimeProvider.System;
        await using var database = servers.Open();
        await using var session = await database.OpenConnectionAsync();
        await using var hr = await HrPublisher.Connect(servers.Broker.Uri, clock);
        var load = new Load(subject, hr, session, clock);
        await load.Publish(WarmUp, UnderWay);
        var from = await Reading.Take(servers, subject, session, clock, load.Asked);
        await load.Publish(Sagas, UnderWay);
        var until = await Reading.Take(servers, subject, session, clock, load.Asked);
        await load.Drain();
        var completions = await load.Completions();
        if (completions.Count != hr.PublishedAt.Count || !completions.Keys.All(hr.PublishedAt.ContainsKey))
        {
            throw new InvalidOperationException($"{subject.Name}: {hr.PublishedAt.Count} leavers were published, and {completions.Count} sagas completed.");
        }

        var measured = completions.Where(c => c.Value > from.At && c.Value <= until.At).ToList();
        return new Figures(
            subject.Name, measured.Count, from, until, new Percentiles(measured.Select(c => c.Value - hr.PublishedAt[c.Key])),
            await BrokerMessages.Received(servers.Broker) / (double)completions.Count, await subject.Verify(database));
    }
}
