using System.Runtime.ExceptionServices;

namespace Deprovisioner.Storage.Tests;

/// <summary>A time-out that meets a breaking connection does not end the process.</summary>
public sealed class DriverCancellationTests
{
    [Fact]
    public async Task What_the_driver_throws_on_a_timers_thread_ends_nothing()
    {
        DriverCancellation.Tolerate();
        var thrown = new TaskCompletionSource();
        using var limit = new CancellationTokenSource();
        await using var registration = limit.Token.UnsafeRegister(
            _ =>
            {
                thrown.SetResult();
                throw OfTheDriver();
            },
            null);

        limit.CancelAfter(TimeSpan.FromMilliseconds(1));

        await thrown.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Linked_tokens_wrap_it_once_more() => Assert.True(DriverCancellation.IsHarmless(new AggregateException(new AggregateException(OfTheDriver()))));

    [Fact]
    public void Nothing_else_is_tolerated()
    {
        Assert.False(DriverCancellation.IsHarmless(new AggregateException(OfTheDriver(), new InvalidOperationException())));
        Assert.False(DriverCancellation.IsHarmless(new AggregateException()));
        Assert.False(DriverCancellation.IsHarmless(new ObjectDisposedException("an event")));
        Assert.False(DriverCancellation.IsHarmless(ExceptionDispatchInfo.SetRemoteStackTrace(new InvalidOperationException(), Trace)));
    }

    private const string Trace = "   at System.Threading.ManualResetEventSlim.Wait(Int32 millisecondsTimeout, CancellationToken cancellationToken)\n   at Npgsql.Internal.NpgsqlConnector.PerformImmediateUserCancellation()";

    private static ObjectDisposedException OfTheDriver() => (ObjectDisposedException)ExceptionDispatchInfo.SetRemoteStackTrace(new ObjectDisposedException("System.Threading.ManualResetEventSlim"), Trace);
}
