using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Finds the replays that somebody has to look at. Level-triggered: one that nobody carried on while everything was down is carried on afterwards.</summary>
public sealed class ReplayJobs(NpgsqlDataSource database)
{
    /// <summary>Those whose steps are asked about, sent, or under way still, oldest first. Nothing is locked: the writer decides behind the replay's lock, whichever replica comes first.</summary>
    public async Task<IReadOnlyList<ReplayJobId>> Active(CancellationToken cancellationToken)
    {
        var jobs = new List<ReplayJobId>();
        await using var command = database.CreateCommand("select job_id from replay_jobs where status in ('previewing', 'running') or sent > 0 order by job_id");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add(new ReplayJobId(reader.GetInt64(0)));
        }

        return jobs;
    }
}
