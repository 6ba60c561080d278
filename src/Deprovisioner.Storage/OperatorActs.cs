using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>What people ask for: rows that an orchestrator picks up, so that asking needs no right to touch a saga.</summary>
public sealed class OperatorActs(NpgsqlDataSource database)
{
    /// <summary>The channel on which it is announced that there is work; what nobody hears is found by the sweep.</summary>
    public const string Channel = "deprovisioner_acts";

    /// <summary>Requests that no orchestrator has taken, oldest first.</summary>
    public async Task<IReadOnlyList<long>> Requested(CancellationToken cancellationToken)
        => await database.Rows("select act_id from operator_acts where status = 'requested' order by act_id limit 500", row => row.GetInt64(0), cancellationToken);

    /// <summary>Answers a request that cannot be decided, so that those behind it are.</summary>
    public async Task Refuse(long act, string answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update operator_acts set status = 'refused', answer = $2, done_at = $3 where act_id = $1 and status = 'requested'");
        command.Parameters.Add(Sql.Big(act));
        command.Parameters.Add(Sql.Text(answer));
        command.Parameters.Add(Sql.Time(now));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A connection that hears of new requests.</summary>
    public async Task<NpgsqlConnection> Listen(CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"listen {Channel}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    /// <summary>True when a request was announced; false after the given time.</summary>
    public static Task<bool> Announced(NpgsqlConnection listening, TimeSpan most, CancellationToken cancellationToken) => listening.WaitAsync(most, cancellationToken);

    /// <summary>Wakes the orchestrators: this process, which is none, wrote something that they have to deal with.</summary>
    public async Task Announce(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"notify {Channel}");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes a request and announces it. Gives its number.</summary>
    public static async Task<long> Request(DeprovisionerContext context, OperatorActEntity act, CancellationToken cancellationToken)
    {
        context.OperatorActs.Add(act);
        await context.SaveChangesAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync($"notify {Channel}", cancellationToken);
        return act.ActId;
    }
}
