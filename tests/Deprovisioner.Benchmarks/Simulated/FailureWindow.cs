using System.Globalization;

namespace Deprovisioner.Benchmarks.Simulated;

/// <summary>A time in which a system cannot be reached.</summary>
internal sealed record FailureWindow(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Two RFC 3339 instants with a slash between them.</summary>
    public static FailureWindow Parse(string text)
    {
        var ends = text.Split('/');
        return new(DateTimeOffset.Parse(ends[0], CultureInfo.InvariantCulture), DateTimeOffset.Parse(ends[1], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}/{Until:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}");
}
