using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Replaying;

/// <summary>A replay while one decision about it is being made.</summary>
internal sealed class ReplayDraft(ReplayJob job)
{
    private readonly ReplayJob before = job;
    private readonly List<ReplayItem> changed = [];
    private readonly List<ProbeId> answered = [];
    private readonly Dictionary<SagaId, Saga> sagas = [];
    private readonly List<SagaDecision> decisions = [];
    private readonly List<Probe> questions = [];
    private readonly List<AuditEntry> audit = [];

    public ReplayJob Job { get; set; } = job;

    public bool DropsQuestions { get; set; }

    public void Record(AuditEntry entry) => audit.Add(entry);

    public void Ask(Probe question) => questions.Add(question);

    /// <summary>An item's new state.</summary>
    public void Move(ReplayItem from, ReplayItem to)
    {
        Job = Job with { Counts = Job.Counts.Moved(from.State, to.State) };
        changed.Add(to);
        if (from.Probe is { } probe && to.Probe is null)
        {
            answered.Add(probe);
        }
    }

    /// <summary>The saga as this decision has left it so far: several of its steps may have their turn.</summary>
    public Saga? SagaOf(ReplayCandidate candidate) => sagas.GetValueOrDefault(candidate.Item.Saga) ?? candidate.Saga;

    public void Take(SagaDecision decision)
    {
        sagas[decision.Saga.Id] = decision.Saga;
        decisions.Add(decision);
    }

    public ReplayDecision Decide()
        => Job == before && changed.Count == 0 && questions.Count == 0
            ? ReplayDecision.Unchanged(before, "Nothing has changed.")
            : new ReplayDecision(Job, changed, decisions, questions, audit) { Answered = answered, DropsQuestions = DropsQuestions };
}
