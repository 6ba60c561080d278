using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

// Theory of operation. A list must cost what it shows, and not what there is. So whatever belongs to the rows of a page is asked for by their keys in a statement of its own: in one statement with the page the planner may
// begin with all steps there are. And what a partial index is about stands in the statement itself, since a parameter could be anything (https://www.postgresql.org/docs/15/indexes-partial.html).

/// <summary>Loads the steps of sagas that were found.</summary>
internal static class SagaSteps
{
    public static async Task<List<SagaEntity>> WithSteps(this IQueryable<SagaEntity> wanted, DeprovisionerContext context, CancellationToken cancellationToken)
    {
        var sagas = await wanted.ToListAsync(cancellationToken);
        var ids = sagas.ConvertAll(s => s.SagaId);
        var steps = (await context.Steps.Where(step => ids.Contains(step.SagaId)).OrderBy(step => step.SagaId).ThenBy(step => step.Ordinal).ToListAsync(cancellationToken)).ToLookup(step => step.SagaId);
        foreach (var saga in sagas)
        {
            foreach (var step in steps[saga.SagaId])
            {
                saga.Steps.Add(step);
            }
        }

        return sagas;
    }
}
