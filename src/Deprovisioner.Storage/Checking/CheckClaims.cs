using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Checking;

/// <summary>Claims checks of systems that are to be asked for. A check is asked whatever shut its system: to see that is what it is for.</summary>
public sealed class CheckClaims(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A host tries a system for half a minute at most; after this it is asked again.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Somebody waits at a screen: what no host has answered by then is over.</summary>
    private static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(5);

    /// <summary>The questions to send now. What nobody answered for five minutes ends here.</summary>
    public async Task<IReadOnlyList<CheckSystem>> Claim(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using (var end = database.CreateCommand("update system_checks set status = 'unanswered', ask_at = null, ended_at = $1 where status = 'asked' and asked_at < $2"))
        {
            end.Parameters.Add(Sql.Time(now));
            end.Parameters.Add(Sql.Time(now - MostSilence));
            await end.ExecuteNonQueryAsync(cancellationToken);
        }

        return await database.Rows(
            """
            with next as materialized (select check_id from system_checks where status = 'asked' and ask_at <= $1 order by check_id for update skip locked)
            update system_checks c set ask_at = $2 from next n where c.check_id = n.check_id returning c.system, c.check_id
            """,
            row => new CheckSystem(new SystemName(row.GetString(0)), row.GetInt64(1)), cancellationToken, Sql.Time(now), Sql.Time(now + Lease));
    }

    /// <summary>A question that could not be sent is asked again after the given time.</summary>
    public async Task HandBack(CheckSystem question, TimeSpan after, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("update system_checks set ask_at = $2 where check_id = $1 and status = 'asked'");
        command.Parameters.Add(Sql.Big(question.CheckId));
        command.Parameters.Add(Sql.Time(clock.GetUtcNow() + after));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
