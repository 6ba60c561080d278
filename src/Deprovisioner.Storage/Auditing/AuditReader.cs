using System.Data;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Auditing;

/// <summary>What a verification found.</summary>
public sealed record AuditVerification(long Rows, long Streams, IReadOnlyList<AuditFault> Faults);

/// <summary>A saga's audit row with its evidence opened.</summary>
/// <param name="Payload">JSON.</param>
/// <param name="Evidence">JSON; null where there was none, or it was erased.</param>
public sealed record AuditLine(long Sequence, DateTimeOffset At, string Type, string Payload, string? Evidence);

/// <summary>Reads and verifies the audit.</summary>
public sealed class AuditReader(NpgsqlDataSource database)
{
    /// <summary>For <see cref="NpgsqlCommand.CommandTimeout"/>: a verification reads every row there is.</summary>
    private const int Unlimited = 0;

    /// <summary>
    /// Recomputes every stream from one snapshot of the database, so that a worker may go on meanwhile. Names each row that was changed, removed or reordered; each stream that was removed
    /// although a saga, or the installation's stream, names it; and evidence that is not what was committed to.
    /// </summary>
    /// <param name="progress">Told the number of rows, now and then.</param>
    public async Task<AuditVerification> Verify(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var heads = await Heads(connection, cancellationToken);
        var faults = new List<AuditFault>();
        var seen = new HashSet<Guid>();
        long rows = 0;
        await using (var command = new NpgsqlCommand(
            """
            select a.stream, a.seq, a.at, a.type, a.payload, a.hash, v.sealed, p.audit_key
            from audit a left join audit_private v using (stream, seq) left join persons p on p.person_id = v.person_id
            order by a.stream, a.seq
            """,
            connection))
        await using (var reader = await Unhurried(command, cancellationToken))
        {
            AuditVerifier? verifier = null;
            var stream = Guid.Empty;
            while (await reader.ReadAsync(cancellationToken))
            {
                var row = AuditEvidence.Row(reader);
                if (verifier is null || row.Stream != stream)
                {
                    End(verifier, stream, heads, faults);
                    stream = row.Stream;
                    verifier = new AuditVerifier(stream);
                    seen.Add(stream);
                }

                faults.AddRange(verifier.Next(row));
                if (stream == AuditChain.Installation && OpenedSaga(row) is { } saga)
                {
                    heads.TryAdd(saga, null);
                }

                if (EvidenceFault(reader, row) is { } fault)
                {
                    faults.Add(fault);
                }

                if (++rows % 10_000 == 0)
                {
                    progress?.Report(rows);
                }
            }

            End(verifier, stream, heads, faults);
        }

        faults.AddRange(heads.Where(h => !seen.Contains(h.Key) && h.Value is not { Sequence: 0 }).Select(h => new AuditFault(h.Key, 1, "the whole stream is missing")));
        return new AuditVerification(rows, seen.Count, faults);
    }

    /// <summary>A stream's rows in order, evidence opened where it is still there.</summary>
    public async Task<IReadOnlyList<AuditLine>> Lines(Guid stream, CancellationToken cancellationToken)
    {
        var lines = new List<AuditLine>();
        await using var command = database.CreateCommand(AuditEvidence.SelectFrom("audit") + " where a.stream = $1 order by a.seq");
        command.Parameters.Add(Sql.Uuid(stream));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = AuditEvidence.Row(reader);
            lines.Add(new AuditLine(row.Sequence, row.At, row.Type, Encoding.UTF8.GetString(row.Payload), AuditEvidence.Json(reader, row)));
        }

        return lines;
    }

    /// <summary>Every stream that must exist, with the head kept for it.</summary>
    private static async Task<Dictionary<Guid, AuditHead?>> Heads(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var heads = new Dictionary<Guid, AuditHead?>();
        await using var command = new NpgsqlCommand(
            """
            select stream, seq, hash from audit_heads
            union all select saga_id, audit_seq, audit_hash from sagas
            """,
            connection);
        command.CommandTimeout = Unlimited;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            heads[reader.GetGuid(0)] = new AuditHead(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        }

        return heads;
    }

    /// <summary>The saga that a row of the installation's stream says was opened. Null for other rows; one that cannot be read has its own fault already.</summary>
    private static Guid? OpenedSaga(AuditRow row)
    {
        if (row.Type != "saga-opened")
        {
            return null;
        }

        try
        {
            using var payload = JsonDocument.Parse(row.Payload);
            return payload.RootElement.GetProperty("facts").GetProperty("saga").GetGuid();
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static Task<NpgsqlDataReader> Unhurried(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        command.CommandTimeout = Unlimited;
        return command.ExecuteReaderAsync(cancellationToken);
    }

    private static void End(AuditVerifier? verifier, Guid stream, Dictionary<Guid, AuditHead?> heads, List<AuditFault> faults)
    {
        if (verifier is null)
        {
            return;
        }

        if (heads.GetValueOrDefault(stream) is { } head)
        {
            faults.AddRange(verifier.End(head));
        }
        else
        {
            faults.Add(new AuditFault(stream, 1, "no saga has this stream any more"));
        }
    }

    private static AuditFault? EvidenceFault(NpgsqlDataReader reader, AuditRow row)
    {
        try
        {
            if (AuditEvidence.Opened(reader, row) is not { } plain)
            {
                return null;
            }

            if (plain.Length < AuditCommitment.SaltBytes)
            {
                return new AuditFault(row.Stream, row.Sequence, "the evidence was changed: it is too short");
            }

            using var payload = JsonDocument.Parse(row.Payload);
            var commitment = AuditCommitment.Of(plain.AsSpan(0, AuditCommitment.SaltBytes), plain.AsSpan(AuditCommitment.SaltBytes));
            return payload.RootElement.TryGetProperty("private", out var committed) && committed.GetString() == Convert.ToHexStringLower(commitment)
                ? null
                : new AuditFault(row.Stream, row.Sequence, "the evidence is not what the row committed to");
        }
        catch (CryptographicException)
        {
            return new AuditFault(row.Stream, row.Sequence, "the evidence was changed: it cannot be opened");
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new AuditFault(row.Stream, row.Sequence, "the payload does not say what the evidence must be");
        }
    }
}
