namespace Deprovisioner.Storage.Reading;

/// <summary>Instants in sentences for people: UTC, and says so.</summary>
public static class TimeText
{
    public static string Of(DateTimeOffset? at) => at is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'") : "";

    /// <summary>The two largest units: <c>3d 4h</c>, <c>2m 5s</c>.</summary>
    public static string Of(TimeSpan span)
        => span.Days > 0 ? $"{span.Days}d {span.Hours}h"
            : span.Hours > 0 ? $"{span.Hours}h {span.Minutes}m"
            : span.Minutes > 0 ? $"{span.Minutes}m {span.Seconds}s"
            : $"{span.Seconds}s";
}
