using System.Text.Json;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Storage.Writing;

/// <summary>Carries what concerns replays to the core.</summary>
internal sealed class ReplayDecisions(Work work)
{
    public static bool IsFor(OperatorAct act) => act.Kind is "replay-job" or "replay-start" or "replay-resume" or "replay-cancel";

    public FactAnswer Look(ReplayJobId id)
    {
        if (!work.Replays.Jobs.TryGetValue(id.Value, out var job) || !work.Replays.Seen.Remove(id.Value, out var seen))
        {
            return new FactAnswer("recorded", "It was looked at in this moment already.");
        }

        var next = seen.Next.Select(n => new ReplayCandidate(n.Item, work.Sagas.GetValueOrDefault(n.Item.Saga.Value)?.Saga, n.Obstacle, new ProbeId(Guid.CreateVersion7(work.Now))));
        var decision = ReplayTransitions.Next(job, new ReplayInput.Look(seen.Sent, seen.Asked, [.. next]), work.Now);
        Take(decision);
        return new FactAnswer(decision.Refusal is null ? "done" : "recorded", decision.Refusal ?? $"The replay is {EnumText.Of(decision.Job.Status)}.");
    }

    public FactAnswer Act(OperatorAct act)
    {
        var by = new Act(act.Who, act.Why);
        if (act.Kind == "replay-job")
        {
            return Open(act, by);
        }

        if (act.Target is not { } id || !work.Replays.Jobs.TryGetValue(id, out var job))
        {
            return new FactAnswer("refused", "No such replay.");
        }

        var decision = ReplayTransitions.Next(job, act.Kind switch
        {
            "replay-start" => new ReplayInput.Start(by),
            "replay-resume" => new ReplayInput.Resume(by),
            _ => new ReplayInput.Cancel(by),
        }, work.Now);
        Take(decision);
        return decision.Refusal is { } refusal ? new FactAnswer("refused", refusal) : new FactAnswer("done", $"The replay is {EnumText.Of(decision.Job.Status)}.");
    }

    private FactAnswer Open(OperatorAct act, Act by)
    {
        if (!work.Replays.Selected.TryGetValue(act.Id, out var selected))
        {
            return new FactAnswer("refused", "A replay needs a selection.");
        }

        if (selected.Steps == 0)
        {
            return new FactAnswer("refused", "No failed step matches.");
        }

        var said = JsonSerializer.Deserialize<NewReplay>(act.Details!, JsonSerializerOptions.Web)!;
        Take(ReplayTransitions.Open(new ReplayJobId(act.Id), said.Filter.ToString(), selected.Steps, selected.Asked, said.Start, by, work.Now));
        return new FactAnswer("done", $"{selected.Steps} failed {(selected.Steps == 1 ? "step" : "steps")} selected.");
    }

    private void Take(ReplayDecision decision)
    {
        if (decision.Refusal is not null)
        {
            return;
        }

        work.Replays.Jobs[decision.Job.Id.Value] = decision.Job;
        work.Replays.Decisions.Add(decision);
        foreach (var saga in decision.Sagas)
        {
            work.Take(saga);
        }

        foreach (var question in decision.Questions)
        {
            work.Probes[question.Id.Value] = question;
            work.ChangedProbes.Add(question.Id.Value);
        }

        work.InstallationAudit.AddRange(decision.Audit);
    }
}
