using Deprovisioner.Contracts;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>People who must be looked at again though no event comes.</summary>
public sealed class DuePersons(NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostAtOnce = 500;

    /// <summary>Those whose time has come, the longest due first. Any number of replicas may ask: who is handled behind the person's lock finds nothing left to do.</summary>
    public async Task<IReadOnlyList<PersonId>> Due(CancellationToken cancellationToken)
        => await database.Rows(
            "select person_id from persons where look_at <= $1 order by look_at limit $2", row => new PersonId(row.GetString(0)), cancellationToken,
            Sql.Time(clock.GetUtcNow()), Sql.Int(MostAtOnce));
}
