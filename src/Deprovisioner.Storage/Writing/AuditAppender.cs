using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
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
        using var cipher = key is null ? null : SealedEvidence.Cipher(key);
        foreach (var entry in entries)
        {
            byte[]? commitment = null;
            if (entry.Private is { } evidence)
            {
                var salted = Salted(evidence);
                commitment = SHA256.HashData(salted);
                if (person is not null && cipher is not null)
                {
                    Private.Add((stream, head.Sequence + 1, person, SealedEvidence.Seal(cipher, stream, head.Sequence + 1, salted)));
                }
            }

            var row = AuditChain.Append(stream, head, now, entry.Type, entry.Facts, commitment);
            Rows.Add(row);
            head = new AuditHead(row.Sequence, row.Hash);
        }

        return head;
    }

    /// <summary>Salt || evidence: what is committed to (see <see cref="AuditCommitment"/>), and what is sealed.</summary>
    private static byte[] Salted(JsonNode evidence)
    {
        var text = evidence.ToJsonString();
        var salted = new byte[AuditCommitment.SaltBytes + Encoding.UTF8.GetByteCount(text)];
        RandomNumberGenerator.Fill(salted.AsSpan(0, AuditCommitment.SaltBytes));
        Encoding.UTF8.GetBytes(text, salted.AsSpan(AuditCommitment.SaltBytes));
        return salted;
    }
}
