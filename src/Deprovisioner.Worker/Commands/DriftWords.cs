using Deprovisioner.Storage;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary>What reading the accounts of somebody who left again has shown, in words.</summary>
/// <param name="NextAt">When they are read next, UTC; null: not before another saga of this person ends.</param>
/// <param name="AskedAt">When they were asked about last, UTC.</param>
/// <param name="Why">What was decided last.</param>
/// <param name="Answers">The last answer of each step that is asked.</param>
internal sealed record DriftWords(DateTimeOffset? NextAt, DateTimeOffset? AskedAt, string? Why, IReadOnlyList<DriftAnswerWords> Answers)
{
    /// <summary>Null where nothing of that person is read again.</summary>
    public static async Task<DriftWords?> Of(DeprovisionerContext context, string person, CancellationToken cancellationToken)
    {
        if (await context.DriftWatches.FirstOrDefaultAsync(w => w.PersonId == person, cancellationToken) is not { } watch)
        {
            return null;
        }

        var answers = await (
            from saga in context.Sagas
            join step in context.Steps on saga.SagaId equals step.SagaId
            join probe in context.Probes on step.StepId equals probe.StepId
            where saga.PersonId == person && probe.Purpose == "drift" && probe.Outcome != null
            orderby probe.AnsweredAt, step.Ordinal
            select new { saga.SagaId, step.System, step.Action, probe }).ToListAsync(cancellationToken);
        return new(watch.NextAt, watch.AskedAt, watch.Why, [.. answers.Select(a => new DriftAnswerWords(a.SagaId, a.System, a.Action, a.probe.AnsweredAt!.Value, a.probe.Outcome!, Says(a.probe)))]);
    }

    /// <summary>The same as far as one saga is concerned; null where nothing of it was read again.</summary>
    public DriftWords? OfSaga(Guid saga) => Answers.Any(a => a.Saga == saga) ? this with { Answers = [.. Answers.Where(a => a.Saga == saga)] } : null;

    public void Print()
    {
        Terminal.Line($"accounts read again: {(AskedAt is { } at ? Terminal.Time(at) : "not yet")}; next {(NextAt is { } next ? Terminal.Time(next) : "none")}{(Why is null ? "" : $". {Why}")}");
        foreach (var answer in Answers)
        {
            Terminal.Line($"  {answer.System} {answer.Action}, looked at again {Terminal.Time(answer.At)}: {answer.Says}");
        }
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

/// <summary>The last answer about one step.</summary>
/// <param name="Outcome">As the system gave it.</param>
/// <param name="Says">The same in words.</param>
internal sealed record DriftAnswerWords(Guid Saga, string System, string Action, DateTimeOffset At, string Outcome, string Says);
