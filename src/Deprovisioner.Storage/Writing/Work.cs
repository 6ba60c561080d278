using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Probing;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Systems;

namespace Deprovisioner.Storage.Writing;

/// <summary>What one transaction has loaded, and what it will save.</summary>
internal sealed class Work(DateTimeOffset now)
{
    public DateTimeOffset Now { get; } = now;

    public Dictionary<string, PersonRecord> Persons { get; } = [];

    public Dictionary<string, byte[]> AuditKeys { get; } = [];

    public HashSet<string> ChangedPersons { get; } = [];

    public Dictionary<Guid, SagaWork> Sagas { get; } = [];

    public Dictionary<string, SystemState> Systems { get; } = [];

    public HashSet<string> ChangedSystems { get; } = [];

    /// <summary>What became of systems' gates, in order.</summary>
    public List<(SystemState Before, SystemState After)> MovedSystems { get; } = [];

    /// <summary>Systems that are back: their waiting retries become due at once.</summary>
    public HashSet<string> RecoveredSystems { get; } = [];

    public Dictionary<long, OperatorAct> Acts { get; } = [];

    public Dictionary<long, FactAnswer> AnsweredActs { get; } = [];

    public Dictionary<Guid, Probe> Probes { get; } = [];

    public HashSet<Guid> ChangedProbes { get; } = [];

    /// <summary>What was loaded of replays, and what is to be saved of them.</summary>
    public ReplayWork Replays { get; } = new();

    /// <summary>The guard's numbers, behind its lock; as they are after each decision.</summary>
    public GuardLedger Guard { get; set; } = GuardLedger.Open;

    /// <summary>What else was loaded for the guard and for approvals, and what is to be saved of it.</summary>
    public GuardWork GuardWork { get; } = new();

    /// <summary>What was loaded for reconciliations, and what is to be saved of them.</summary>
    public ReconciliationWork Reconciliations { get; } = new();

    public AccountChoices Choices { get; } = new();

    public SystemCheckWork SystemChecks { get; } = new();

    public DriftWork Drift { get; } = new();

    public AccessWork Access { get; } = new();

    /// <summary>Messages in quarantine that people send again, corrected.</summary>
    public Resubmissions Resubmissions { get; } = new();

    public Dictionary<(string Source, string Id), InboxWork> Inbox { get; } = [];

    public Dictionary<string, QuarantineWork> Quarantine { get; } = [];

    /// <summary>For the installation's stream, in order.</summary>
    public List<AuditEntry> InstallationAudit { get; } = [];

    public List<(SagaNotice Notice, Saga Saga)> Notices { get; } = [];

    public List<(PersonId Person, KnownAccount Account)> FoundAccounts { get; } = [];

    /// <summary>Whether the dispatcher may find something that it would not have found before: a changed step that is due, a system that is back, a question.</summary>
    public bool MayHaveMadeDue
        => ChangedSystems.Count > 0 || ChangedProbes.Count > 0
            || Sagas.Values.Any(s => s.Changed && s.Saga.Steps.Any(step => step.Status is StepStatus.Due && (s.New || s.ChangedSteps.Contains(step.Id))));

    public IEnumerable<Saga> OpenSagasOf(PersonId person) => Sagas.Values.Select(s => s.Saga).Where(s => s.PersonId == person && !s.IsOver);

    /// <summary>The sagas that took access, and were not answered for since by a return.</summary>
    public IEnumerable<CutSaga> CutsOf(PersonId person)
        => Sagas.Values
            .Where(s => s.Saga.PersonId == person && s.Saga.ReturnedAt is null && (s.Saga.Kind is SagaKind.Leaver or SagaKind.Leave or SagaKind.Drift || (s.Saga.Kind is SagaKind.Restore && s.Saga.Status is not SagaStatus.Completed)))
            .Select(s => new CutSaga(s.Saga, s.Found()));

    /// <summary>Takes a decision about a saga: what it changes is saved, what it records is chained.</summary>
    public void Take(SagaDecision decision, string? traceParent = null)
    {
        var id = decision.Saga.Id.Value;
        if (!Sagas.TryGetValue(id, out var saga))
        {
            Sagas[id] = saga = new SagaWork(decision.Saga, AuditHead.Empty, traceParent, IsNew: true);
        }

        saga.Take(decision);
        Notices.AddRange(decision.Notices.Select(notice => (notice, decision.Saga)));
    }
}

/// <summary>A saga in this transaction.</summary>
internal sealed class SagaWork(Saga saga, AuditHead head, string? traceParent, bool IsNew)
{
    public Saga Saga { get; private set; } = saga;

    /// <summary>As loaded; of a new one, as it was planned.</summary>
    public Saga Stored { get; } = saga;

    /// <summary>The head of its audit chain as loaded.</summary>
    public AuditHead Head { get; } = head;

    public string? TraceParent { get; } = traceParent;

    public bool New { get; } = IsNew;

    public bool Changed { get; private set; }

    public HashSet<StepId> ChangedSteps { get; } = [];

    public List<AuditEntry> Audit { get; } = [];

    /// <summary>What steps found before they acted, by step: what is reported in this transaction.</summary>
    public Dictionary<StepId, IReadOnlyList<AccountSnapshot>> Snapshots { get; } = [];

    /// <summary>What a person may choose among, by step, as JSON: what is reported in this transaction.</summary>
    public Dictionary<StepId, string> Candidates { get; } = [];

    /// <summary>Snapshots as they were stored before; loaded where the person's events are decided.</summary>
    public Dictionary<StepId, IReadOnlyList<AccountSnapshot>> StoredSnapshots { get; } = [];

    /// <summary>By step, for each account the earliest.</summary>
    public IReadOnlyDictionary<StepId, IReadOnlyList<AccountSnapshot>> Found()
        => Saga.Steps.Select(step => (step.Id, Found: (IReadOnlyList<AccountSnapshot>)
                [.. StoredSnapshots.GetValueOrDefault(step.Id, []).Concat(step.Restores).Concat(Snapshots.GetValueOrDefault(step.Id, [])).DistinctBy(s => s.AccountId)]))
            .Where(step => step.Found.Count > 0)
            .ToDictionary(step => step.Id, step => step.Found);

    public void Take(SagaDecision decision)
    {
        Saga = decision.Saga;
        Changed |= decision.Refusal is null;
        ChangedSteps.UnionWith(decision.Changed);
        Audit.AddRange(decision.Audit);
    }
}

/// <summary>What a person asked for.</summary>
internal sealed record OperatorAct(long Id, string Kind, Guid? Saga, Guid? Step, string? System, string? Evidence, string Who, string Why, long? Target, string? Details, string? Person = null);

/// <summary>An event in this transaction: a new row, or one more delivery of an old one.</summary>
internal sealed class InboxWork
{
    public long? ExistingId { get; init; }

    /// <summary>The event's bytes as they were first recorded.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    public Fact.EventArrived? Arrived { get; init; }

    public IntakeDecision? Decision { get; init; }

    public int Deliveries { get; set; }
}

/// <summary>An invalid message in this transaction.</summary>
internal sealed class QuarantineWork
{
    public bool Existed { get; init; }

    public Fact.InvalidArrived? Arrived { get; set; }

    public int Deliveries { get; set; }
}
