using System.Text.Json;

namespace Deprovisioner.Core.Audit;

/// <summary>One thing wrong with a stream.</summary>
/// <param name="Sequence">Of the row; where rows are missing, of the first one missing.</param>
public sealed record AuditFault(Guid Stream, long Sequence, string Fault);

/// <summary>Checks one stream, row by row in order of sequence.</summary>
public sealed class AuditVerifier(Guid stream)
{
    private AuditHead head = AuditHead.Empty;

    public long Rows { get; private set; }

    /// <summary>Checks the next row. After a fault the chain is followed on from the row as it stands, so that each change is named once.</summary>
    public IEnumerable<AuditFault> Next(AuditRow row)
    {
        Rows++;
        if (row.Sequence != head.Sequence + 1)
        {
            yield return new AuditFault(stream, head.Sequence + 1, row.Sequence > head.Sequence + 1
                ? $"rows {head.Sequence + 1} to {row.Sequence - 1} are missing"
                : $"row {row.Sequence} stands after row {head.Sequence}");
        }
        else if (!AuditChain.HashOf(head.Hash, row.Payload).AsSpan().SequenceEqual(row.Hash))
        {
            yield return new AuditFault(stream, row.Sequence, "the hash does not fit: the row, or the one before it, was changed");
        }

        if (Disagreement(row) is { } disagreement)
        {
            yield return new AuditFault(stream, row.Sequence, disagreement);
        }

        head = new AuditHead(row.Sequence, row.Hash);
    }

    /// <summary>Compares the last row with the head that is kept beside the stream: without it, removed newest rows would not show.</summary>
    public IEnumerable<AuditFault> End(AuditHead kept)
    {
        if (kept.Sequence > head.Sequence)
        {
            yield return new AuditFault(stream, head.Sequence + 1, $"rows {head.Sequence + 1} to {kept.Sequence}, the newest, are missing");
        }
        else if (kept.Sequence < head.Sequence || !kept.Hash.AsSpan().SequenceEqual(head.Hash))
        {
            yield return new AuditFault(stream, head.Sequence, "the newest row is not the one that the stream's head names");
        }
    }

    /// <summary>The columns beside the payload are for queries; they must say the same as the bytes that were hashed.</summary>
    private static string? Disagreement(AuditRow row)
    {
        try
        {
            using var payload = JsonDocument.Parse(row.Payload);
            var root = payload.RootElement;
            return root.GetProperty("stream").GetGuid() == row.Stream
                && root.GetProperty("seq").GetInt64() == row.Sequence
                && root.GetProperty("type").GetString() == row.Type
                && root.GetProperty("at").GetString() == AuditTime.Of(row.At)
                ? null
                : "stream, seq, at or type differ from what was hashed";
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return "the payload cannot be read";
        }
    }
}
