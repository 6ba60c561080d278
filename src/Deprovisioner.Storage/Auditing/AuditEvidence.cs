using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Auditing;

/// <summary>An audit row as it was read, with the evidence that stands apart from it.</summary>
internal static class AuditEvidence
{
    /// <summary>What <see cref="Row"/> and <see cref="Opened"/> read of audit rows, which are called <c>a</c>. By each row's key: a join of many would be read whole.</summary>
    /// <param name="rows">A table or a sub-select, from constants.</param>
    public static string SelectFrom(string rows)
        => $"""
        select a.stream, a.seq, a.at, a.type, a.payload, a.hash, v.sealed, (select p.audit_key from persons p where p.person_id = v.person_id)
        from {rows} a left join lateral (select v.sealed, v.person_id from audit_private v where v.stream = a.stream and v.seq = a.seq offset 0) v on true
        """;

    public static AuditRow Row(NpgsqlDataReader reader)
        => new(reader.GetGuid(0), reader.GetInt64(1), reader.Time(2), reader.GetString(3), reader.GetFieldValue<byte[]>(4), reader.GetFieldValue<byte[]>(5));

    /// <summary>Salt and evidence; null where there is none, or it was erased.</summary>
    /// <exception cref="CryptographicException">It was changed.</exception>
    public static byte[]? Opened(NpgsqlDataReader reader, AuditRow row)
        => reader.IsDBNull(6) || reader.IsDBNull(7)
            ? null
            : SealedEvidence.Open(reader.GetFieldValue<byte[]>(7), row.Stream, row.Sequence, reader.GetFieldValue<byte[]>(6));

    /// <summary>As JSON, for reading: a row whose evidence was changed must not hide the others.</summary>
    public static string? Json(NpgsqlDataReader reader, AuditRow row)
    {
        try
        {
            return Opened(reader, row) is { Length: >= AuditCommitment.SaltBytes } plain ? Encoding.UTF8.GetString(plain[AuditCommitment.SaltBytes..]) : null;
        }
        catch (CryptographicException)
        {
            return "\"changed: it cannot be opened\"";
        }
    }
}
