using System.Globalization;

namespace Deprovisioner.Core.Intake;

/// <summary>Dates and instants exactly as RFC 3339 section 5.6 writes them, from 1900 to 2199.</summary>
internal static class Rfc3339
{
    private const int FirstYear = 1900;

    // Before the end of what a DateTimeOffset can hold, so that adding a zone's offset or a policy's delay cannot overflow;
    // and 9999-12-31 means "no end" to many HR systems, which nobody should wait for.
    private const int LastYear = 2199;

    /// <summary>A <c>full-date</c> that exists.</summary>
    public static DateOnly? Date(ReadOnlySpan<char> text)
        => text is [_, _, _, _, '-', _, _, '-', _, _]
            && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= FirstYear and <= LastYear
            ? date
            : null;

    /// <summary>A <c>date-time</c> with its offset, in UTC. Fractions finer than 100 ns are cut off; a leap second is the second after it.</summary>
    public static DateTimeOffset? Instant(ReadOnlySpan<char> text)
    {
        if (text is not [_, _, _, _, _, _, _, _, _, _, 'T' or 't', _, _, ':', _, _, ':', _, _, .. var rest]
            || Date(text[..10]) is not { } date
            || TwoDigits(text[11..], 23) is not { } hour
            || TwoDigits(text[14..], 59) is not { } minute
            || TwoDigits(text[17..], 60) is not { } second
            || Fraction(ref rest) is not { } fraction
            || Offset(rest) is not { } offset)
        {
            return null;
        }

        var utc = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) + new TimeSpan(hour, minute, second) + fraction - offset;

        // Section 5.7: second 60 exists only where UTC has a leap second, at the end of a day.
        return second == 60 && utc.TimeOfDay >= TimeSpan.FromSeconds(1) ? null : new DateTimeOffset(utc);
    }

    private static int? TwoDigits(ReadOnlySpan<char> text, int most)
        => text is [>= '0' and <= '9', >= '0' and <= '9', ..] && ((text[0] - '0') * 10) + text[1] - '0' is var number && number <= most ? number : null;

    private static TimeSpan? Fraction(ref ReadOnlySpan<char> rest)
    {
        if (rest is not ['.', ..])
        {
            return TimeSpan.Zero;
        }

        var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0)
        {
            return null;
        }

        var ticks = 0L;
        for (var place = 1; place <= 7; place++)
        {
            ticks = (ticks * 10) + (place <= digits ? rest[place] - '0' : 0);
        }

        rest = rest[(digits + 1)..];
        return TimeSpan.FromTicks(ticks);
    }

    private static TimeSpan? Offset(ReadOnlySpan<char> text)
        => text switch
        {
            ['Z' or 'z'] => TimeSpan.Zero,
            ['+' or '-', _, _, ':', _, _] when TwoDigits(text[1..], 23) is { } hours && TwoDigits(text[4..], 59) is { } minutes
                => new TimeSpan(hours, minutes, 0) * (text[0] == '+' ? 1 : -1),
            _ => null,
        };
}
