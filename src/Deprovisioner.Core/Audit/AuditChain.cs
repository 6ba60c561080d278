using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Deprovisioner.Core.Audit;

/// <summary>The end of a stream's chain.</summary>
/// <param name="Sequence">Of the last row; 0 for an empty stream.</param>
/// <param name="Hash">Of the last row; 32 zero bytes for an empty stream.</param>
public sealed record AuditHead(long Sequence, byte[] Hash)
{
    public static AuditHead Empty => new(0, new byte[32]);
}

/// <summary>A row as it is stored.</summary>
/// <param name="Stream">The saga's id; the nil UUID for the installation's stream.</param>
/// <param name="Sequence">1 for the first of the stream, then without gaps.</param>
/// <param name="Payload">The bytes that are hashed: JSON in UTF-8 with stream, sequence, time, type, facts and, where there is private evidence, the commitment to it.</param>
/// <param name="Hash">SHA-256(hash of the row before || payload).</param>
public sealed record AuditRow(Guid Stream, long Sequence, DateTimeOffset At, string Type, byte[] Payload, byte[] Hash);

/// <summary>
/// The hash chain of one stream. What is hashed are the stored bytes themselves, so a checker needs SHA-256 and nothing of how we write JSON.
/// </summary>
public static class AuditChain
{
    /// <summary>The stream of what concerns no saga.</summary>
    public static readonly Guid Installation = Guid.Empty;

    // Escapes only what JSON must (RFC 8259, section 7): the rows are read by people, and never stand inside HTML.
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The next row.</summary>
    /// <param name="commitment">See <see cref="AuditCommitment"/>; null where nothing is private.</param>
    public static AuditRow Append(Guid stream, AuditHead head, DateTimeOffset at, string type, JsonObject facts, byte[]? commitment)
    {
        var sequence = head.Sequence + 1;
        var payload = Payload(stream, sequence, at, type, facts, commitment);
        return new AuditRow(stream, sequence, at, type, payload, HashOf(head.Hash, payload));
    }

    /// <summary>SHA-256(previous || payload).</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> payload)
    {
        // In one piece: setting up a hash that is fed by pieces costs more than hashing a row.
        var length = previous.Length + payload.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        previous.CopyTo(bytes);
        payload.CopyTo(bytes.AsSpan(previous.Length));
        var hash = SHA256.HashData(bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
        return hash;
    }

    private static byte[] Payload(Guid stream, long sequence, DateTimeOffset at, string type, JsonObject facts, byte[]? commitment)
    {
        using var bytes = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(bytes, Written))
        {
            json.WriteStartObject();
            json.WriteString("stream", stream);
            json.WriteNumber("seq", sequence);
            json.WriteString("at", AuditTime.Of(at));
            json.WriteString("type", type);
            json.WritePropertyName("facts");
            facts.WriteTo(json);
            if (commitment is not null)
            {
                json.WriteString("private", Convert.ToHexStringLower(commitment));
            }

            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
