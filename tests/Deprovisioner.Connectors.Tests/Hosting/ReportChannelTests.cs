using System.Collections.Concurrent;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class ReportChannelTests
{
    private static readonly HostTimings Quick = new() { ReportFor = TimeSpan.FromMilliseconds(200), ReportRetryAfter = TimeSpan.FromMilliseconds(20) };
    private readonly ConcurrentQueue<StepsReported> sent = new();

    [Fact]
    public async Task What_piles_up_during_a_send_goes_together_by_system_in_messages_of_bounded_size()
    {
        var gate = new TaskCompletionSource();
        await using var channel = Channel(async message =>
        {
            sent.Enqueue(message);
            await gate.Task;
        });
        var first = channel.SendAsync(new SystemName("a"), Report(), CancellationToken.None);
        await Eventually.True("the first to be under way", () => Task.FromResult(sent.Count == 1));
        var rest = Enumerable.Range(0, 250).Select(i => channel.SendAsync(new SystemName(i % 2 == 0 ? "a" : "b"), Report(), CancellationToken.None)).ToList();
        Assert.False(first.IsCompleted);

        gate.SetResult();
        await Task.WhenAll([first, .. rest]);

        Assert.Equal(251, sent.Sum(m => m.Reports.Count));
        Assert.All(sent, m => Assert.InRange(m.Reports.Count, 1, 100));
        Assert.InRange(sent.Count, 4, 10);
        Assert.Equal(251, sent.SelectMany(m => m.Reports).Select(r => r.StepId).Distinct().Count());
    }

    [Fact]
    public async Task A_send_that_fails_is_tried_again_and_nobody_notices()
    {
        var tries = 0;
        await using var channel = Channel(message =>
        {
            if (++tries < 3)
            {
                throw new InvalidOperationException("not yet");
            }

            sent.Enqueue(message);
            return Task.CompletedTask;
        }, Quick with { ReportFor = TimeSpan.FromMinutes(1) });

        await channel.SendAsync(new SystemName("a"), Report(), CancellationToken.None);

        Assert.Single(sent);
    }

    [Fact]
    public async Task A_send_that_keeps_failing_is_told_to_those_who_wait_and_the_next_one_goes_through()
    {
        var broken = true;
        await using var channel = Channel(_ => broken ? throw new InvalidOperationException("down") : Task.CompletedTask);

        await Assert.ThrowsAsync<InvalidOperationException>(() => channel.SendAsync(new SystemName("a"), Report(), CancellationToken.None));
        broken = false;
        await channel.SendAsync(new SystemName("a"), Report(), CancellationToken.None);
    }

    [Fact]
    public async Task The_end_of_the_host_does_not_leave_anybody_waiting()
    {
        var channel = new ReportChannel(
            (_, token) => Task.Delay(Timeout.Infinite, token), Quick with { ReportFor = TimeSpan.FromHours(1) }, TimeProvider.System, NullLogger<ReportChannel>.Instance);
        var waiting = channel.SendAsync(new SystemName("a"), Report(), CancellationToken.None);

        await channel.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static StepReport Report() => new()
    {
        SagaId = new SagaId(Guid.CreateVersion7()),
        StepId = new StepId(Guid.CreateVersion7()),
        Attempt = 1,
        Outcome = Outcome.Changed,
        StartedAt = default,
        FinishedAt = default,
    };

    private static ReportChannel Channel(Func<StepsReported, Task> send, HostTimings? timings = null)
        => new((message, _) => send(message), timings ?? Quick, TimeProvider.System, NullLogger<ReportChannel>.Instance);
}
