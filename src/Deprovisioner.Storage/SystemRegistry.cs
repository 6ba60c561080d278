using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Keeps the configured systems' rows, and each configuration that was ever in force.</summary>
/// <param name="connectors">Those of this build.</param>
public sealed class SystemRegistry(NpgsqlDataSource database, IReadOnlyList<ConnectorDescription> connectors, TimeProvider clock)
{
    /// <summary>Writes the configuration's systems and text. True where another version was taken up last, or none.</summary>
    public async Task<bool> TakeUp(Configuration configuration, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var systems = configuration.Systems.OrderBy(s => s.Name.Value, StringComparer.Ordinal).ToList();
        var isNew = false;
        using (var version = new SqlBatch(connection, transaction))
        {
            // A statement of its own: behind a lock that the next one would wait for itself, its sub-select would still see which version was the last before the wait.
            version.Add("lock table configurations in share row exclusive mode");
            version.Add(
                """
                insert into configurations as c (version, text, taken_up_at) values ($1, $2, $3)
                on conflict (version) do update set taken_up_at = excluded.taken_up_at
                where c.version <> (select version from configurations order by taken_up_at desc, version limit 1)
                returning version
                """,
                Sql.Text(configuration.Version), Sql.Text(configuration.Text), Sql.Time(now));
            // By whichever build took it up last, though the text is the same.
            version.Add("update configurations set connectors = $2::jsonb where version = $1 and connectors <> $2::jsonb", Sql.Text(configuration.Version), Sql.Text(ConnectorsText.Of(connectors)));
            await version.Read([_ => isNew = true], cancellationToken);
        }

        using (var batch = new SqlBatch(connection, transaction))
        {
            // In the order in which the writer locks them too.
            batch.Add("select from systems order by system for update");
            batch.Add(
                """
                insert into systems (system, connector, configured, observe, per_second, concurrency, lease_ms, tokens, tokens_at, gate)
                select s, c, true, o, r, n, l, 1, $7, 'open' from unnest($1, $2, $3, $4, $5, $6) as t(s, c, o, r, n, l) order by s
                on conflict (system) do update set connector = excluded.connector, configured = true, observe = excluded.observe,
                    per_second = excluded.per_second, concurrency = excluded.concurrency, lease_ms = excluded.lease_ms
                """,
                Sql.Texts(systems.Select(s => s.Name.Value)), Sql.Texts(systems.Select(s => s.Connector)), Sql.Booleans(systems.Select(s => s.Observe)),
                Sql.Doubles(systems.Select(s => s.Limits.PerSecond)), Sql.Ints(systems.Select(s => s.Limits.Concurrency)),
                Sql.Bigs(systems.Select(s => (long)s.Limits.Lease.TotalMilliseconds)), Sql.Time(now));
            batch.Add("update systems set configured = false where configured and not system = any($1)", Sql.Texts(systems.Select(s => s.Name.Value)));
            await batch.Execute(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return isNew;
    }
}
