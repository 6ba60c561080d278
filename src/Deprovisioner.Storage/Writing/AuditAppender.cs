using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Core.Audit;

namespace Deprovisioner.Storage.Writing;

/// <summary>Chains the entries of one transaction onto their streams.</summary>
internal sealed class AuditAppender(DateTimeOffset now)
{
    public List<AuditRow> Rows { get; } = [];

    public List<(Guid Stream, long Sequence, string Person, byte[] Sealed)> Private { get; } = [];

    /// <summary>Appends entries to a stream and gives its new head.</summary>
    /// <param name="person">Whose key seals private evidence; null where there can be none.</param>
    /// <param name="key">Null where it was erased: then evidence is not kept, and only its commitment stays.</param>
    public AuditHead Append(Guid stream, AuditHead head, IEnumerable<AuditEntry> entries, string? person, byte[]? key)
    {
        foreach (var entry in entries)
        {
            byte[]? commitment = null;
            if (entry.Private is { } evidence)
            {
                var salt = RandomNumberGenerator.GetBytes(AuditCommitment.SaltBytes);
                var plain = Encoding.UTF8.GetBytes(evidence.ToJsonString());
                commitment = AuditCommitment.Of(salt, plain);
                if (person is not null && key is not null)
                {
                    Private.Add((stream, head.Sequence + 1, person, SealedEvidence.Seal(key, stream, head.Sequence + 1, [.. salt, .. plain])));
                }
            }

            var row = AuditChain.Append(stream, head, now, entry.Type, entry.Facts, commitment);
            Rows.Add(row);
            head = new AuditHead(row.Sequence, row.Hash);
        }

        return head;
    }
}
