using System.Formats.Asn1;

namespace Deprovisioner.Connectors.Ldap;

/// <summary>What a server answered to a bind or an extended request.</summary>
internal sealed record LdapReply(int MessageId, int Code, string Diagnostic);

/// <summary>The few messages that are spoken before System.DirectoryServices.Protocols takes over (RFC 4511), in BER.</summary>
internal static class LdapWire
{
    /// <summary>RFC 4511, section 4.14.1.</summary>
    private const string StartTlsOid = "1.3.6.1.4.1.1466.20037";

    /// <summary>Answers to a bind or StartTLS are some dozens of bytes; more than this is no LDAP server.</summary>
    private const int MostBytes = 64 * 1024;

    private const byte Sequence = 0x30;

    /// <summary>ExtendedRequest, section 4.12.</summary>
    public static byte[] StartTls(int messageId) => Message(messageId, 23, writer => writer.WriteOctetString(Utf8(StartTlsOid), Context(0)));

    /// <summary>BindRequest with simple authentication, section 4.2.</summary>
    public static byte[] SimpleBind(int messageId, string dn, string password) => Message(messageId, 0, writer =>
    {
        writer.WriteInteger(3);
        writer.WriteOctetString(Utf8(dn));
        writer.WriteOctetString(Utf8(password), Context(0));
    });

    /// <summary>SearchResultDone with success, section 4.5.2.</summary>
    public static byte[] SearchDone(int messageId) => Message(messageId, 5, writer =>
    {
        writer.WriteEnumeratedValue(AcceptedResult.Success);
        writer.WriteOctetString([]);
        writer.WriteOctetString([]);
    });

    /// <summary>The filter <c>(attribute=value)</c> as the assertion control carries it (RFC 4528; RFC 4511, section 4.5.1.7: equalityMatch [3]).</summary>
    public static byte[] EqualityFilter(string attribute, string value)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
        {
            writer.WriteOctetString(Utf8(attribute));
            writer.WriteOctetString(Utf8(value));
        }

        return writer.Encode();
    }

    public static int MessageId(ReadOnlyMemory<byte> message)
        => new AsnReader(message, AsnEncodingRules.BER).ReadSequence().TryReadInt32(out var id) ? id : throw new InvalidDataException("A message without an id.");

    /// <summary>The LDAPResult (section 4.1.9) of a response, whichever it is.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static LdapReply Reply(ReadOnlyMemory<byte> message)
    {
        var outer = new AsnReader(message, AsnEncodingRules.BER).ReadSequence();
        var id = outer.TryReadInt32(out var number) ? number : throw new AsnContentException("A message without an id.");
        var result = outer.ReadSequence(outer.PeekTag());
        var code = result.ReadEnumeratedBytes().Span;
        _ = result.ReadOctetString();
        return new LdapReply(id, code.Length == 1 ? code[0] : int.MaxValue, System.Text.Encoding.UTF8.GetString(result.ReadOctetString()));
    }

    /// <summary>Reads exactly one message, so that no byte of what follows (a TLS handshake, another message) is swallowed.</summary>
    /// <exception cref="EndOfStreamException">The stream ended.</exception>
    /// <exception cref="InvalidDataException">It holds no LDAP message.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[6];
        await stream.ReadExactlyAsync(head.AsMemory(0, 2), cancellationToken);
        // X.690, section 8.1.3: below 128 the length itself, else how many bytes of length follow.
        var more = head[1] < 0x80 ? 0 : head[1] & 0x7f;
        if (head[0] != Sequence || more > 4 || head[1] == 0x80)
        {
            throw new InvalidDataException("What came is no LDAP message.");
        }

        await stream.ReadExactlyAsync(head.AsMemory(2, more), cancellationToken);
        var length = more == 0 ? head[1] : head.AsSpan(2, more).ToArray().Aggregate(0L, (sum, part) => (sum << 8) | part);
        if (length > MostBytes)
        {
            throw new InvalidDataException("What came is too long for an answer to a bind.");
        }

        var message = new byte[2 + more + length];
        head.AsSpan(0, 2 + more).CopyTo(message);
        await stream.ReadExactlyAsync(message.AsMemory(2 + more), cancellationToken);
        return message;
    }

    private static byte[] Message(int messageId, int application, Action<AsnWriter> content)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(messageId);
            using (writer.PushSequence(new Asn1Tag(TagClass.Application, application)))
            {
                content(writer);
            }
        }

        return writer.Encode();
    }

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private enum AcceptedResult
    {
        Success,
    }
}
