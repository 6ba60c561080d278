using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>What reading the accounts of somebody who left again has shown.</summary>
internal static class DriftReading
{
    /// <summary>Null where nothing of that person is read again.</summary>
    /// <param name="sagas">Whose steps' answers are wanted; with their steps.</param>
    public static async Task<DriftView?> Of(DeprovisionerContext context, string person, IEnumerable<SagaEntity> sagas, CancellationToken cancellationToken)
    {
        if (await context.DriftWatches.FirstOrDefaultAsync(w => w.PersonId == person, cancellationToken) is not { } watch)
        {
            return null;
        }

        var steps = sagas.SelectMany(s => s.Steps).ToDictionary(s => s.StepId);
        var ids = steps.Keys.ToList();
        var answers = await context.Probes.Where(p => ids.Contains(p.StepId) && p.Purpose == "drift" && p.Outcome != null).ToListAsync(cancellationToken);
        return new(watch.NextAt, watch.AskedAt, watch.Why, [.. from answer in answers
                                                               let step = steps[answer.StepId]
                                                               orderby answer.AnsweredAt, step.Ordinal
                                                               select new DriftAnswerView(step.SagaId, step.System, step.Action, answer.AnsweredAt!.Value, answer.Outcome!, Says(answer))]);
    }

    private static string Says(ProbeEntity probe)
        => probe.Outcome switch
        {
            "observed" => "there again",
            "already" => "still cut",
            "absent" => probe.Code is null ? "still no account" : $"still no account ({probe.Code})",
            var other => $"cannot be said ({other}): {probe.Message ?? probe.Code}",
        };
}
