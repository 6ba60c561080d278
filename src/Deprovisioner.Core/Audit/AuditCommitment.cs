using System.Security.Cryptography;

namespace Deprovisioner.Core.Audit;

/// <summary>
/// SHA-256(salt || evidence), with a random salt of 16 bytes: binds the row to its private evidence without giving it away. Without the
/// salt one could guess at short evidence; with it, erasing salt and evidence leaves nothing to guess at, and the chain still holds.
/// </summary>
public static class AuditCommitment
{
    public const int SaltBytes = 16;

    public static byte[] Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> evidence)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(evidence);
        return hash.GetHashAndReset();
    }
}
