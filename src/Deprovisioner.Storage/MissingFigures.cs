using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Leavers whose saga was over before workers kept their figures with it, or was finished by a worker that does not. A report adds these up from their steps, which is right and slow.</summary>
public sealed class MissingFigures(IDbContextFactory<DeprovisionerContext> contexts, NpgsqlDataSource database)
{
    /// <summary>Of one transaction.</summary>
    public const int MostAtOnce = 500;

    private const string Write =
        """
        update sagas s set ended_hours = t.ended_hours, live_systems = t.live_systems, late = t.late, licences_reclaimed = t.licences_reclaimed, steps_by_hand = t.steps_by_hand
        from unnest($1, $2, $3, $4, $5, $6) as t(saga_id, ended_hours, live_systems, late, licences_reclaimed, steps_by_hand) where s.saga_id = t.saga_id and s.ended_hours is null
        """;

    /// <summary>Works out a portion. Any number of replicas may; what a worker wrote meanwhile with the saga, of which a step reported late, stays.</summary>
    /// <returns>How many; less than <see cref="MostAtOnce"/>: there are no more.</returns>
    public async Task<int> Fill(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var sagas = await context.Sagas.Where(s => s.Kind == "leaver" && s.ContainedAt != null && s.EndedHours == null && s.CompletedAt != null)
            .OrderBy(s => s.ContainedAt).ThenBy(s => s.SagaId).Take(MostAtOnce).WithSteps(context, cancellationToken);
        if (sagas.Count > 0)
        {
            var figures = sagas.ConvertAll(SagaFigures.Of);
            await using var write = database.CreateCommand(Write);
            write.Parameters.AddRange(new[]
            {
                Sql.Uuids(sagas.Select(s => s.SagaId)), Sql.Doubles(figures.Select(f => f.EndedHours)), Sql.Ints(figures.Select(f => f.LiveSystems)), Sql.Booleans(figures.Select(f => f.Late)),
                Sql.Ints(figures.Select(f => f.LicencesReclaimed)), Sql.Ints(figures.Select(f => f.StepsByHand)),
            });
            await write.ExecuteNonQueryAsync(cancellationToken);
        }

        return sagas.Count;
    }
}
