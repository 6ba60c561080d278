namespace Deprovisioner.Connectors.Tests.Scim;

/// <summary>A clock whose timers ring when the test says so, so that a limit passes after the request has arrived and not while the machine is busy.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    private readonly List<Timer> timers = [];

    public void RingAll()
    {
        Timer[] now;
        lock (timers)
        {
            now = [.. timers];
        }

        foreach (var timer in now)
        {
            timer.Ring();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state));
        lock (timers)
        {
            timers.Add(timer);
        }

        return timer;
    }

    private sealed class Timer(Action ring) : ITimer
    {
        private volatile bool over;

        public void Ring()
        {
            if (!over)
            {
                ring();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => over = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
