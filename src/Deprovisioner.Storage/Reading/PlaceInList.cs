using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Deprovisioner.Storage.Reading;

// Theory of operation. A list is read by what its rows are sorted by, and not by counting rows: the thousandth part costs what the first does, and a row that comes or goes meanwhile makes no other appear twice or never.
// Whoever asks gets the last row's keys back as one word, whose inside is nobody's business.

/// <summary>Where a part of a list ended.</summary>
internal static class PlaceInList
{
    private const int Ticks = 8;
    private const int Uuid = 16;

    /// <summary>Behind a row of a list by time and id.</summary>
    public static string Of(DateTimeOffset at, Guid id)
    {
        Span<byte> bytes = stackalloc byte[Ticks + Uuid];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        id.TryWriteBytes(bytes[Ticks..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Behind a row of a list by time, id and number.</summary>
    public static string Of(DateTimeOffset at, Guid id, long number)
    {
        Span<byte> bytes = stackalloc byte[Ticks + Uuid + Ticks];
        BinaryPrimitives.WriteInt64BigEndian(bytes, at.UtcTicks);
        id.TryWriteBytes(bytes[Ticks..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(Ticks + Uuid)..], number);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Behind a row of a list by number.</summary>
    public static string Of(long number)
    {
        Span<byte> bytes = stackalloc byte[Ticks];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Behind a row of a list by id.</summary>
    public static string Of(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    /// <summary>Behind a row of a list by texts, none of which has U+0000: PostgreSQL's have not.</summary>
    public static string Of(params string[] texts) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('\0', texts)));

    /// <exception cref="UnknownPlaceException">It is none.</exception>
    public static Guid Id(string place) => new(Bytes(place, Uuid), bigEndian: true);

    /// <exception cref="UnknownPlaceException">It is none.</exception>
    public static string[] Texts(string place, int count) => Encoding.UTF8.GetString(Bytes(place, null)).Split('\0') is var texts && texts.Length == count ? texts : throw new UnknownPlaceException();

    /// <exception cref="UnknownPlaceException">It is none.</exception>
    public static (DateTimeOffset At, Guid Id) TimeAndId(string place) => TimeAndId(Bytes(place, Ticks + Uuid));

    /// <exception cref="UnknownPlaceException">It is none.</exception>
    public static (DateTimeOffset At, Guid Id, long Number) TimeIdAndNumber(string place)
    {
        var bytes = Bytes(place, Ticks + Uuid + Ticks);
        var (at, id) = TimeAndId(bytes);
        return (at, id, BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(Ticks + Uuid)));
    }

    /// <exception cref="UnknownPlaceException">It is none.</exception>
    public static long Number(string place) => BinaryPrimitives.ReadInt64BigEndian(Bytes(place, Ticks));

    private static (DateTimeOffset At, Guid Id) TimeAndId(byte[] bytes)
    {
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks
            ? throw new UnknownPlaceException()
            : (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes.AsSpan(Ticks, Uuid), bigEndian: true));
    }

    /// <param name="length">Null: any.</param>
    private static byte[] Bytes(string place, int? length)
    {
        try
        {
            return Base64Url.DecodeFromChars(place) is { } bytes && bytes.Length == (length ?? bytes.Length) ? bytes : throw new UnknownPlaceException();
        }
        catch (FormatException)
        {
            throw new UnknownPlaceException();
        }
    }
}
