using System.Text;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Intake;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Worker.Tests.Intake;

/// <summary>What becomes of an event while as many as may be are being taken in.</summary>
public sealed class HrEventFilterTests
{
    private static readonly byte[] Ordinary = Encoding.UTF8.GetBytes("""{"data": {"urgent": false}}""");
    private static readonly byte[] Urgent = Encoding.UTF8.GetBytes("""{"data": {"urgent" : true}}""");

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> taken = [];
    private readonly List<string> putOff = [];

    [Fact]
    public async Task Where_there_is_no_room_an_ordinary_one_is_put_off_and_an_urgent_one_taken_in()
    {
        using var filter = Filter(KeepPutOff);
        var first = Full(filter);

        await filter.Take(Ordinary, CancellationToken.None);
        var urgent = filter.Take(Urgent, CancellationToken.None);

        Assert.Single(putOff);
        Assert.Equal(HrEventFilter.Room + 1, taken.Count);
        Assert.False(urgent.IsCompleted, "It is acknowledged before it is recorded.");
        recorded.SetResult();
        await Task.WhenAll(first.Append(urgent)).WaitAsync(Limit);
    }

    [Fact]
    public Task Where_the_backlog_does_not_take_it_an_event_waits_for_room() => WaitsForRoom((_, _) => throw new IOException("no such queue"));

    [Fact]
    public Task At_the_end_of_the_backlog_none_is_put_off() => WaitsForRoom(putOff: null);

    [Fact]
    public async Task What_was_recorded_or_could_not_be_makes_room()
    {
        using var filter = Filter(KeepPutOff);
        var first = Full(filter);
        recorded.SetException(new IOException("the database is away"));
        await Eventually.True("all to have failed", () => Task.FromResult(first.All(f => f.IsFaulted)));

        await Assert.ThrowsAsync<IOException>(() => filter.Take(Ordinary, CancellationToken.None).WaitAsync(Limit));

        Assert.Empty(putOff);
    }

    private async Task WaitsForRoom(Func<ReadOnlyMemory<byte>, CancellationToken, Task>? putOff)
    {
        using var filter = Filter(putOff);
        var first = Full(filter);

        var waiting = filter.Take(Ordinary, CancellationToken.None);

        Assert.Equal(HrEventFilter.Room, taken.Count);
        recorded.SetResult();
        await Task.WhenAll(first.Append(waiting)).WaitAsync(Limit);
        Assert.Equal(HrEventFilter.Room + 1, taken.Count);
    }

    private HrEventFilter Filter(Func<ReadOnlyMemory<byte>, CancellationToken, Task>? putOff)
        => new(
            (body, _) =>
            {
                taken.Add(Encoding.UTF8.GetString(body.Span));
                return recorded.Task;
            },
            putOff,
            NullLogger<HrEventFilter>.Instance);

    private static List<Task> Full(HrEventFilter filter) => [.. Enumerable.Range(0, HrEventFilter.Room).Select(_ => filter.Take(Ordinary, CancellationToken.None))];

    private Task KeepPutOff(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        putOff.Add(Encoding.UTF8.GetString(body.Span));
        return Task.CompletedTask;
    }
}
