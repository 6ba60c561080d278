using System.Diagnostics.CodeAnalysis;
using Polly;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>Lets so many in at once; the rest wait their turn, first come first served. (Polly.RateLimiting brings the same with a package more.)</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing to dispose of; Polly disposes of no strategies.")]
internal sealed class ConcurrencyStrategy(int most) : ResilienceStrategy
{
    private readonly SemaphoreSlim places = new(most, most);

    protected override async ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context, TState state)
    {
        try
        {
            await places.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException cancelled)
        {
            return Outcome.FromException<TResult>(cancelled);
        }

        try
        {
            return await callback(context, state);
        }
        finally
        {
            places.Release();
        }
    }
}

internal sealed class ConcurrencyStrategyOptions : ResilienceStrategyOptions
{
    public ConcurrencyStrategyOptions() => Name = "concurrency";
}
