using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Intake;

/// <summary>One person's events, one after the other, with what storage keeps of them.</summary>
internal sealed class IntakeRun(params Policy[] policies)
{
    public static readonly DateTimeOffset Day0 = new(2026, 11, 21, 16, 0, 0, TimeSpan.Zero);
    public static readonly PersonAttributes Ada = new("ada@example.test", "ada", "Ada", "Byron");
    public static readonly Assignment Analyst = new("Finance", "Analyst", "Berlin", new PersonId("P7"), "employee");

    private static readonly Policy Leaver = new()
    {
        Name = "leaver",
        When = new PolicyCondition { Event = "terminated" },
        Stages =
        [
            new PolicyStage { Name = "contain", Steps = [new PolicyStep { System = null, Action = StepAction.DisableAccount }] },
            new PolicyStage { Name = "revoke", Steps = [new PolicyStep { System = null, Action = StepAction.RemoveEntitlements }] },
        ],
    };

    private readonly List<Saga> sagas = [];
    private EventIntake? intake;

    public IReadOnlyList<AccessRole> Roles { get; init; } = [];

    /// <summary>What each account has, by id; the value is its name.</summary>
    public IReadOnlyDictionary<string, string> Groups { get; init; } = new Dictionary<string, string> { ["g1"] = "g1" };

    private EventIntake Intake => intake ??= IntakeOf(policies.Length == 0 ? [Leaver] : policies, Roles);

    public DateTimeOffset Now { get; set; } = Day0;

    public PersonRecord? Person { get; private set; }

    public IEnumerable<Saga> Open => sagas.Where(s => !s.IsOver);

    public IReadOnlyList<Saga> Sagas => sagas;

    /// <summary>What steps found before they acted.</summary>
    public Dictionary<StepId, IReadOnlyList<AccountSnapshot>> Found { get; } = [];

    /// <summary>An event of employment E1, unless told.</summary>
    public HrEvent Event(string type, long? sequence = null, string employment = "E1")
        => new()
        {
            Source = "/hris",
            Id = Guid.NewGuid().ToString(),
            Type = type,
            Time = Now,
            PersonId = new PersonId("P1"),
            EmploymentId = new EmploymentId(employment),
            Sequence = sequence,
        };

    public IntakeDecision Hire(long? sequence = null, string employment = "E1", DateTimeOffset? begins = null, Assignment? assignment = null)
        => Decide(Event(HrEventTypes.Hired, sequence, employment) with { Person = Ada, Assignment = assignment ?? Analyst, EffectiveAt = begins });

    public IntakeDecision Terminate(DateTimeOffset? end = null, long? sequence = null, string employment = "E1", bool urgent = false)
        => Decide(Event(HrEventTypes.Terminated, sequence, employment) with { EffectiveAt = end, Urgent = urgent });

    public IntakeDecision Change(DateTimeOffset? end = null, long? sequence = null, string employment = "E1")
        => Decide(Event(HrEventTypes.Changed, sequence, employment) with { EffectiveAt = end });

    public IntakeDecision Rescind(long? sequence = null) => Decide(Event(HrEventTypes.TerminationRescinded, sequence));

    public IntakeDecision Decide(HrEvent hr)
    {
        var decision = Intake.Decide(Facts(hr));
        return Keep(decision);
    }

    /// <summary>Time has passed, and no event came.</summary>
    public IntakeDecision Look() => Keep(Intake.Look(Facts(EventIntake.EventOf(Person!, Now))));

    private IntakeFacts Facts(HrEvent hr)
        => new(
            hr,
            Person,
            [.. Open],
            [.. sagas.Where(s => s.ReturnedAt is null && (s.Kind is SagaKind.Leaver or SagaKind.Leave or SagaKind.Drift || (s.Kind is SagaKind.Restore && s.Status is not SagaStatus.Completed))).Select(s => new CutSaga(s, SnapshotsOf(s)))],
            new SagaId(Guid.CreateVersion7(Now)),
            new SagaId(Guid.CreateVersion7(Now)),
            Now);

    private Dictionary<StepId, IReadOnlyList<AccountSnapshot>> SnapshotsOf(Saga saga)
        => saga.Steps.Where(s => Found.ContainsKey(s.Id) || !s.Restores.IsEmpty).ToDictionary(s => s.Id, s => Found.GetValueOrDefault(s.Id, s.Restores));

    private IntakeDecision Keep(IntakeDecision decision)
    {
        Assert.False(string.IsNullOrWhiteSpace(decision.Reason));
        Assert.EndsWith(".", decision.Reason, StringComparison.Ordinal);
        Person = decision.Person ?? Person;
        foreach (var planned in new[] { decision.Restore, decision.Planned }.OfType<SagaDecision>())
        {
            Assert.Null(planned.Refusal);
            sagas.Add(planned.Saga);
        }

        foreach (var changed in decision.Changed ?? [])
        {
            Assert.Null(changed.Refusal);
            sagas[sagas.FindIndex(s => s.Id == changed.Saga.Id)] = changed.Saga;
        }

        Assert.InRange(Open.Count(s => s.Kind is SagaKind.Leaver), 0, 1);
        Assert.InRange(Open.Count(s => s.Kind is SagaKind.Leave), 0, 1);
        Assert.InRange(Open.Count(s => s.Kind is SagaKind.Restore), 0, 1);
        return decision;
    }

    /// <summary>A saga that no event opened.</summary>
    public void Add(Saga saga) => sagas.Add(saga);

    /// <summary>A saga as the test wants it to be.</summary>
    public void Put(Saga saga) => sagas[sagas.FindIndex(s => s.Id == saga.Id)] = saga;

    public Employment Employment(string id = "E1") => Person!.Employment(new EmploymentId(id))!;

    public long? LastSequence() => Employment().Presence.Sequences.TryGetValue("/hris", out var last) ? last : null;

    /// <summary>Sends the first step of the open saga and reports it.</summary>
    public void RunFirstStep(Outcome outcome = Outcome.Changed)
    {
        var saga = Open.Single();
        var sent = saga with { Steps = saga.Steps.SetItem(0, saga.Steps[0] with { Status = StepStatus.InFlight, Sends = 1, DueAt = null }) };
        var report = new StepReport { SagaId = saga.Id, StepId = saga.Steps[0].Id, Attempt = 1, Outcome = outcome, StartedAt = Now, FinishedAt = Now };
        sagas[sagas.IndexOf(saga)] = SagaTransitions.Next(sent, new SagaInput.Reported(report), Now).Saga;
    }

    /// <summary>Sends steps that are due and reports them changed: each account was enabled, unless told, and in a group.</summary>
    /// <returns>How many there were.</returns>
    public int Work(int most = int.MaxValue, bool enabled = true)
    {
        var done = 0;
        while (done < most && Open.SelectMany(s => s.Steps).FirstOrDefault(s => s.Status is StepStatus.Due && s.DueAt <= Now) is { } step)
        {
            Send(step);
            Report(step, Outcome.Changed, enabled);
            done++;
        }

        return done;
    }

    public void Send(Step step)
        => Put(saga => saga with { Steps = saga.Steps.SetItem(step.Ordinal, saga.Steps[step.Ordinal] with { Status = StepStatus.InFlight, DueAt = null, Sends = 1 }) }, step);

    public void Report(Step step, Outcome outcome, bool enabled = true)
    {
        Found[step.Id] = [new AccountSnapshot("a1", "ada", enabled, [.. Groups.Keys], new Dictionary<string, string>()) { Names = Groups }];
        Put(
            saga => SagaTransitions.Next(saga, new SagaInput.Reported(new StepReport { SagaId = saga.Id, StepId = step.Id, Attempt = 1, Outcome = outcome, Snapshots = Found[step.Id], StartedAt = Now, FinishedAt = Now }), Now).Saga,
            step);
    }

    private void Put(Func<Saga, Saga> next, Step step)
    {
        var index = sagas.FindIndex(s => s.Steps.Any(t => t.Id == step.Id));
        sagas[index] = next(sagas[index]);
    }

    /// <summary>A policy that does these, each in a stage of its own, on every system that can.</summary>
    public static Policy PolicyFor(string eventName, params StepAction[] actions)
        => new()
        {
            Name = "on-" + eventName,
            When = new PolicyCondition { Event = eventName },
            Stages = [.. actions.Select((action, i) => new PolicyStage { Name = $"stage-{i}", Steps = [new PolicyStep { System = null, Action = action }] })],
        };

    /// <summary>A person stops a saga.</summary>
    public void Cancel(Saga saga)
        => sagas[sagas.IndexOf(saga)] = SagaTransitions.Next(saga, new SagaInput.Cancel(new Act("ops", "not wanted"), GivesUp: true), Now).Saga;

    public void FinishOpenSaga()
    {
        var saga = Open.Single();
        var finished = saga;
        foreach (var step in saga.Steps)
        {
            finished = SagaTransitions.Next(finished, new SagaInput.Resolve(step.Id, "seen", new Act("ops", "test")), Now).Saga;
        }

        Assert.True(finished.IsOver);
        sagas[sagas.IndexOf(saga)] = finished;
    }

    private static EventIntake IntakeOf(Policy[] policies, IReadOnlyList<AccessRole> roles)
    {
        var configuration = HandMade.Configuration(policies) with { Roles = roles };
        return new EventIntake(configuration, new SystemActions(configuration.Systems, TestConnectors.All));
    }
}
