using System.Globalization;
using System.Text;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.ManageSieve;

/// <summary>
/// Lines of words over a connection (RFC 5804, section 4). A string may be a literal: its length in braces ends the line, its octets follow, and the line goes on behind them.
/// What a server sends is bounded before it is kept, so that none can fill our memory.
/// </summary>
internal sealed class SieveWire(Stream stream)
{
    /// <summary>Dovecot takes scripts of 1 MiB (https://doc.dovecot.org/latest/core/plugins/sieve.html, sieve_max_script_size); a mailbox may have larger ones of older days.</summary>
    private const int MostOfAnAnswer = 4 * 1024 * 1024;

    private const int MostOfALine = 64 * 1024;

    /// <summary>RFC 5804, section 4: a longer quoted string is to be sent as a literal.</summary>
    private const int MostOfAQuoted = 1024;

    /// <summary>A word takes room beside its octets, and so does a line: a million empty ones are a large answer.</summary>
    private const int KeptBesideOctets = 64;

    private readonly byte[] buffer = new byte[8192];
    private int position;
    private int filled;
    private int answered;

    /// <summary>Whether the server has said more than was read.</summary>
    public bool HasMore => position < filled;

    /// <summary>Sends a command: its name, and strings.</summary>
    public async Task SendAsync(string command, IEnumerable<string> strings, CancellationToken cancellationToken)
    {
        answered = 0;
        var line = new StringBuilder(command);
        foreach (var text in strings)
        {
            Append(line.Append(' '), text);
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(line.Append("\r\n").ToString()), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>The words of the next line.</summary>
    /// <exception cref="SystemFaultException">It is no line of the protocol, or too long.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<IReadOnlyList<SieveWord>> ReadAsync(CancellationToken cancellationToken)
    {
        var words = new List<SieveWord>();
        while (Words(await LineAsync(cancellationToken), words) is { } length)
        {
            words.Add(new SieveWord(await OctetsAsync(length, cancellationToken), IsString: true));
        }

        Count((words.Count + 1) * KeptBesideOctets);
        return words;
    }

    /// <summary>Quotes and backslashes are escaped in a quoted string; line breaks, and much text, go as a literal that needs no leave to be sent (<c>{n+}</c>).</summary>
    private static void Append(StringBuilder line, string text)
    {
        var octets = Encoding.UTF8.GetByteCount(text);
        if (octets > MostOfAQuoted || text.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            line.Append(CultureInfo.InvariantCulture, $"{{{octets}+}}\r\n").Append(text);
            return;
        }

        line.Append('"').Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
    }

    /// <summary>Adds a line's words.</summary>
    /// <returns>The length of the literal with which the line goes on; null: it has ended.</returns>
    private static int? Words(ReadOnlyMemory<byte> line, List<SieveWord> words)
    {
        for (var at = 0; at < line.Length;)
        {
            var next = (char)line.Span[at];
            if (next == ' ')
            {
                at++;
            }
            else if (next == '"')
            {
                words.Add(new SieveWord(Quoted(line.Span, ref at), IsString: true));
            }
            else if (next == '{')
            {
                return Length(line.Span[at..]);
            }
            else if (next is '(' or ')')
            {
                words.Add(new SieveWord(line.Slice(at++, 1), IsString: false));
            }
            else
            {
                var end = line.Span[at..].IndexOfAny(" ()\""u8);
                words.Add(new SieveWord(line.Slice(at, end < 0 ? line.Length - at : end), IsString: false));
                at = end < 0 ? line.Length : at + end;
            }
        }

        return null;
    }

    private static byte[] Quoted(ReadOnlySpan<byte> line, ref int at)
    {
        var octets = new List<byte>();
        for (at++; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                at++;
                return [.. octets];
            }

            at += line[at] == '\\' ? 1 : 0;
            octets.Add(at < line.Length ? line[at] : throw ManageSieveFaults.Garbled("a string without its end"));
        }

        throw ManageSieveFaults.Garbled("a string without its end");
    }

    private static int Length(ReadOnlySpan<byte> braced)
        => braced[^1] == '}' && int.TryParse(braced[1..^1].TrimEnd((byte)'+'), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : throw ManageSieveFaults.Garbled("a literal without its length");

    private async Task<ReadOnlyMemory<byte>> LineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (true)
        {
            var octet = await OctetAsync(cancellationToken);
            if (octet == '\n')
            {
                return line is [.. _, (byte)'\r'] ? line.ToArray().AsMemory(0, line.Count - 1) : throw ManageSieveFaults.Garbled("a line break that is none");
            }

            line.Add(line.Count < MostOfALine ? octet : throw ManageSieveFaults.TooMuch());
        }
    }

    private async Task<byte[]> OctetsAsync(int length, CancellationToken cancellationToken)
    {
        Count(length);
        var octets = new byte[length];
        for (var at = 0; at < length;)
        {
            await FillAsync(cancellationToken);
            var some = Math.Min(length - at, filled - position);
            buffer.AsSpan(position, some).CopyTo(octets.AsSpan(at));
            (at, position) = (at + some, position + some);
        }

        return octets;
    }

    private async ValueTask<byte> OctetAsync(CancellationToken cancellationToken)
    {
        Count(1);
        await FillAsync(cancellationToken);
        return buffer[position++];
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (position == filled)
        {
            (position, filled) = (0, await stream.ReadAsync(buffer, cancellationToken));
            if (filled == 0)
            {
                throw new EndOfStreamException("The server hung up.");
            }
        }
    }

    private void Count(int octets)
    {
        if (octets > MostOfAnAnswer - answered)
        {
            throw ManageSieveFaults.TooMuch();
        }

        answered += octets;
    }
}
