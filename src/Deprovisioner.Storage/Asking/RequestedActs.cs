using System.Security.Cryptography;
using System.Text.Json;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage.Asking;

/// <summary>Writes what people ask for, and reads what became of it.</summary>
internal sealed class RequestedActs(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>All of them or none; in the order in which they are given, which is that of their numbers and that in which they are carried out.</summary>
    public async Task<IReadOnlyList<Act>> Ask(IReadOnlyList<ActRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count == 0)
        {
            return [];
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var ids = await Write(context, requests, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await Read(context, ids, cancellationToken);
    }

    /// <summary>The same, unless whoever asks has asked for it with this key before: then it is what was asked for then. Null: it was something else.</summary>
    public async Task<IReadOnlyList<Act>?> AskOnce(IReadOnlyList<ActRequest> requests, string key, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        var fingerprint = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(requests));
        var who = requests[0].Who;

        // Two at once: the second one waits here until the first has committed.
        await Run(connection, "select pg_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 0))", cancellationToken, Sql.Text(who), Sql.Text(key));
        if (await Before(connection, who, key, cancellationToken) is { } before)
        {
            return before.Fingerprint.AsSpan().SequenceEqual(fingerprint) ? await Read(context, before.Acts, cancellationToken) : null;
        }

        var ids = await Write(context, requests, cancellationToken);
        await Run(
            connection, "insert into request_keys (who, request_key, fingerprint, act_ids, created_at) values ($1, $2, $3, $4, $5)", cancellationToken,
            Sql.Text(who), Sql.Text(key), Sql.Bytes(fingerprint), Sql.Bigs(ids), Sql.Time(clock.GetUtcNow()));
        await transaction.CommitAsync(cancellationToken);
        return await Read(context, ids, cancellationToken);
    }

    /// <summary>In the order of their numbers; those that there are not are left out.</summary>
    public async Task<IReadOnlyList<Act>> Find(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Read(context, ids, cancellationToken);
    }

    private static async Task<IReadOnlyList<Act>> Read(DeprovisionerContext context, IReadOnlyList<long> ids, CancellationToken cancellationToken)
        => (await context.OperatorActs.Where(a => ids.Contains(a.ActId)).OrderBy(a => a.ActId).ToListAsync(cancellationToken)).ConvertAll(a => new Act(
            a.ActId, a.Kind, a.SagaId, a.StepId, a.System, a.PersonId, a.Evidence, a.Target, a.Details, a.Who, a.Why, a.RequestedAt, a.Status, a.Answer, a.DoneAt));

    private async Task<IReadOnlyList<long>> Write(DeprovisionerContext context, IReadOnlyList<ActRequest> requests, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var ids = new List<long>();
        foreach (var request in requests)
        {
            ids.Add(await OperatorActs.Request(context, Row(request, now), cancellationToken));
        }

        return ids;
    }

    private static async Task<(long[] Acts, byte[] Fingerprint)?> Before(NpgsqlConnection connection, string who, string key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select act_ids, fingerprint from request_keys where who = $1 and request_key = $2", connection);
        command.Parameters.Add(Sql.Text(who));
        command.Parameters.Add(Sql.Text(key));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetFieldValue<long[]>(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static OperatorActEntity Row(ActRequest request, DateTimeOffset now)
        => new()
        {
            Kind = request.Kind,
            SagaId = request.SagaId,
            StepId = request.StepId,
            System = request.System,
            PersonId = request.PersonId,
            Evidence = request.Evidence,
            Target = request.Target,
            Details = request.Details,
            Who = request.Who,
            Why = request.Why,
            RequestedAt = now,
        };
}
