using System.Threading.RateLimiting;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Benchmarks.Simulated;

/// <summary>Answers for a simulated system: truly, at once unless told otherwise, and not at all while it fails.</summary>
internal sealed class SimulatedConnector(
    SimulatedAccounts accounts, TimeSpan latency, IReadOnlyList<FailureWindow> failing, int? rate, SimulatedCounts counts, TimeProvider clock) : IConnector
{
    private readonly TokenBucketRateLimiter? limiter = rate is { } perSecond
        ? new TokenBucketRateLimiter(new() { TokenLimit = perSecond, TokensPerPeriod = perSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 })
        : null;

    public async Task<IReadOnlyList<AccountRef>> FindAsync(string matchValue, CancellationToken cancellationToken)
    {
        counts.Found();
        await Answer(cancellationToken);
        var id = SimulatedAccounts.IdOf(matchValue);
        return accounts.Read(id) is { } state ? [state.Account] : [];
    }

    public async Task<AccountState?> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        counts.Read();
        await Answer(cancellationToken);
        return accounts.Read(accountId);
    }

    public async Task ActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        if (limiter is not null && !limiter.AttemptAcquire().IsAcquired)
        {
            counts.Throttled();
            throw new SystemFaultException(new Fault(Outcome.Throttled, "http-429", "Too many changes.", clock.GetUtcNow() + TimeSpan.FromSeconds(1)));
        }

        counts.Acted(accounts.Act(request.Before.Account.Id, request.Action));
    }

    public Task<AccountPage> ListAsync(string? cursor, CancellationToken cancellationToken) => Task.FromResult(new AccountPage([], null));

    public Task<SystemCheck> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new SystemCheck(Reachable: true, Version: null, []));

    public async ValueTask DisposeAsync()
    {
        if (limiter is not null)
        {
            await limiter.DisposeAsync();
        }
    }

    private async ValueTask Answer(CancellationToken cancellationToken)
    {
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, clock, cancellationToken);
        }

        if (failing.Count > 0 && clock.GetUtcNow() is var now && failing.Any(f => now >= f.From && now < f.Until))
        {
            throw new SystemFaultException(new Fault(Outcome.Transient, Fault.Unreachable, "It is simulated to be down."));
        }
    }
}
