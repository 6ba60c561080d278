using System.Buffers;
using System.Text;

namespace Deprovisioner.Storage.Reading;

/// <summary>Bytes that somebody sent, as a person can read them.</summary>
/// <param name="Text">What is no UTF-8, and what no screen shows (control characters but line breaks and tabs), stands there as <c>\xHH</c>, byte by byte.</param>
/// <param name="Bytes">How many there were.</param>
/// <param name="IsExact">The text is all of it, as it was: it can be corrected and sent again.</param>
public sealed record RawText(string Text, long Bytes, bool IsExact)
{
    /// <summary>More is not shown: a valid event may have no more.</summary>
    internal const int Most = 256 * 1024;

    /// <param name="begin">The beginning, or all.</param>
    /// <param name="bytes">How many there were.</param>
    internal static RawText Of(ReadOnlySpan<byte> begin, long bytes)
    {
        var text = new StringBuilder();
        var isExact = begin.Length == bytes;
        while (!begin.IsEmpty)
        {
            var isRune = Rune.DecodeFromUtf8(begin, out var rune, out var length) == OperationStatus.Done;
            if (isRune && (!Rune.IsControl(rune) || rune.Value is '\n' or '\r' or '\t'))
            {
                text.Append(rune);
            }
            else
            {
                isExact = false;
                foreach (var octet in begin[..length])
                {
                    text.Append($"\\x{octet:x2}");
                }
            }

            begin = begin[length..];
        }

        return new(text.ToString(), bytes, isExact);
    }
}
