using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Deprovisioner.Storage.Writing;

/// <summary>
/// Private evidence at rest: nonce (12 bytes) || tag (16) || AES-256-GCM(salt || evidence) under the person's key, bound to its row by the associated data
/// (stream, sequence), so that evidence cannot be moved to another row. NIST SP 800-38D.
/// </summary>
internal static class SealedEvidence
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>A cipher for all of a person's evidence in one transaction: setting one up costs more than what it seals.</summary>
    public static AesGcm Cipher(byte[] key) => new(key, TagBytes);

    public static byte[] Seal(AesGcm cipher, Guid stream, long sequence, ReadOnlySpan<byte> plain)
    {
        var bytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        cipher.Encrypt(bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), Associated(stream, sequence));
        return bytes;
    }

    /// <exception cref="CryptographicException">The bytes, the key or the row are not the ones it was sealed with.</exception>
    public static byte[] Open(byte[] key, Guid stream, long sequence, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("Too short to be sealed evidence.");
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        using var cipher = Cipher(key);
        cipher.Decrypt(bytes[..NonceBytes], bytes[(NonceBytes + TagBytes)..], bytes.Slice(NonceBytes, TagBytes), plain, Associated(stream, sequence));
        return plain;
    }

    private static byte[] Associated(Guid stream, long sequence)
    {
        var bytes = new byte[24];
        stream.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), sequence);
        return bytes;
    }
}
