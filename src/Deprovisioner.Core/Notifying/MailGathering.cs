namespace Deprovisioner.Core.Notifying;

/// <summary>The newest mail about a thing to one recipient.</summary>
/// <param name="Number">1 for the first about it, 2 for its first update.</param>
/// <param name="ThreadAt">When the first one was begun, UTC: with the thing it names the conversation.</param>
/// <param name="LastAt">When something was last added to it, UTC.</param>
/// <param name="IsClosed">It is being sent or was: what comes now stands in another one.</param>
public sealed record NewestMail(long Id, int Number, DateTimeOffset ThreadAt, DateTimeOffset LastAt, bool IsClosed);

/// <summary>Which mail tells of what has just happened.</summary>
public abstract record MailGathering
{
    /// <summary>Whatever happens after so long a silence is another thing: nobody looks for its beginning in yesterday's mail.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromDays(1);

    /// <summary>The end of a mass termination: those of the same import come within minutes.</summary>
    internal static readonly TimeSpan SilenceOfSurge = TimeSpan.FromHours(1);

    private MailGathering()
    {
    }

    /// <param name="newest">Null: there was none about this thing yet.</param>
    /// <param name="isNew">Whether it concerns a saga of which the conversation has not told yet.</param>
    public static MailGathering Of(MailThing thing, NewestMail? newest, bool isNew, TimeSpan digest, DateTimeOffset now)
    {
        if (newest is null || (thing.Gathers && now - newest.LastAt > Longer(thing.IsSurge ? SilenceOfSurge : Silence, digest)))
        {
            return new Open(1, now, thing.Gathers ? now + digest : now);
        }

        if (!newest.IsClosed)
        {
            return new AddTo(newest.Id);
        }

        return isNew && thing.Gathers && !thing.IsSurge ? new Open(newest.Number + 1, newest.ThreadAt, now + digest) : new Told(newest.Id);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>A new one, which goes out at its time with all that was added until then.</summary>
    public sealed record Open(int Number, DateTimeOffset ThreadAt, DateTimeOffset DueAt) : MailGathering;

    /// <summary>One that has not gone out yet.</summary>
    public sealed record AddTo(long Mail) : MailGathering;

    /// <summary>One that went out says all there is to say; it is noted there.</summary>
    public sealed record Told(long Mail) : MailGathering;
}
