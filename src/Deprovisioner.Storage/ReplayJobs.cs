using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Finds the replays that somebody has to look at. Level-triggered: one that nobody carried on while everything was down is carried on afterwards.</summary>
public sealed class ReplayJobs(NpgsqlDataSource database)
{
    /// <summary>Those whose steps are asked about, sent, or under way still, oldest first. Nothing is locked: the writer decides behind the replay's lock, whichever replica comes first.</summary>
    public async Task<IReadOnlyList<ReplayJobId>> Active(CancellationToken cancellationToken)
        => await database.Rows(
            "select job_id from replay_jobs where status in ('previewing', 'running') or sent > 0 order by job_id", row => new ReplayJobId(row.GetInt64(0)), cancellationToken);
}
