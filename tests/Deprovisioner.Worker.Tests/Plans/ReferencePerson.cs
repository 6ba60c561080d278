using System.Buffers.Binary;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Previewing;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Worker.Tests.Plans;

/// <summary>A person with what happened to them so far, decided as the product decides it, with ids that are the same in each run.</summary>
internal sealed class ReferencePerson
{
    public static readonly DateTimeOffset Today = new(2026, 11, 21, 16, 0, 0, TimeSpan.Zero);
    public static readonly PersonAttributes Ada = new("ada@example.test", "ada", "Ada", "Byron");
    public static readonly Assignment Analyst = new("Finance", "Analyst", "Berlin", new PersonId("P7"), "employee");

    private readonly List<Saga> sagas = [];
    private readonly Dictionary<StepId, IReadOnlyList<AccountSnapshot>> found = [];
    private readonly EventIntake intake;
    private PersonRecord? person;
    private int ids;

    public ReferencePerson(string id = "P1001", Configuration? configuration = null)
    {
        Id = new PersonId(id);
        Configuration = configuration ?? ReferenceCompany.Configuration;
        intake = new EventIntake(Configuration, ReferenceCompany.Actions(Configuration));
        Guard = new GuardLedger(Configuration.Guard, [], [], HeadCount: 0);
    }

    public PersonId Id { get; }

    public Configuration Configuration { get; }

    public DateTimeOffset Now { get; set; } = Today;

    public GuardLedger Guard { get; set; }

    /// <summary>What is known of managers; P7's user name is.</summary>
    public Dictionary<PersonId, PersonAttributes> Managers { get; } = new() { [new PersonId("P7")] = new PersonAttributes("grace@example.test", "grace", null, null) };

    /// <summary>What was sent, and when, so that a database can be told the same.</summary>
    public List<(DateTimeOffset At, HrEvent Event)> Sent { get; } = [];

    /// <summary>Whether steps have run, which a database was not told of.</summary>
    public bool HasWorked { get; private set; }

    public HrEvent Event(string type, string employment = "E1001")
        => new() { Source = "plan", Id = "plan", Type = type, Time = Now, PersonId = Id, EmploymentId = new EmploymentId(employment) };

    public HrEvent Terminated(string employment = "E1001", string? reason = null, string? lastDay = null, bool urgent = false)
        => Event(HrEventTypes.Terminated, employment) with { Reason = reason, LastDay = lastDay is null ? null : DateOnly.Parse(lastDay), Urgent = urgent };

    public ReferencePerson Hired(Assignment? assignment = null, PersonAttributes? attributes = null, string employment = "E1001", string? timeZone = null, DateTimeOffset? from = null, params KnownAccount[] accounts)
        => After(Event(HrEventTypes.Hired, employment) with { Person = attributes ?? Ada, Assignment = assignment ?? Analyst, TimeZone = timeZone, EffectiveAt = from, Accounts = accounts }, daysAgo: 300);

    /// <summary>That event came so many days ago.</summary>
    public ReferencePerson After(HrEvent hr, int daysAgo = 0)
    {
        var at = Today.AddDays(-daysAgo);
        var sent = hr with { Source = "/hris", Id = $"event-{++ids}", Time = at };
        Sent.Add((at, sent));
        Now = at;
        (Guard, var decision) = MassGuard.After(Guard, intake.Decide(Facts(sent)), at);
        person = decision.Person ?? person;
        sagas.AddRange(decision.Opened.Select(d => d.Saga));
        foreach (var changed in decision.Changed ?? [])
        {
            sagas[sagas.FindIndex(s => s.Id == changed.Saga.Id)] = changed.Saga;
        }

        Now = Today;
        return this;
    }

    /// <summary>So many of the steps that are due by then ran; all of them unless told.</summary>
    /// <param name="answered">False: the last of them was sent and has not answered.</param>
    public ReferencePerson Worked(int most = int.MaxValue, int daysAgo = 0, bool answered = true)
    {
        HasWorked = true;
        var at = Today.AddDays(-daysAgo);
        for (var done = 0; done < most && Due(at) is { } step; done++)
        {
            var index = sagas.FindIndex(s => s.Steps.Any(t => t.Id == step.Id));
            var saga = sagas[index];
            sagas[index] = saga with { Steps = saga.Steps.SetItem(step.Ordinal, step with { Status = StepStatus.InFlight, DueAt = null, Sends = 1 }) };
            if (!answered && done == most - 1)
            {
                break;
            }

            found[step.Id] = [new AccountSnapshot($"{step.System}-4711", "ada", Enabled: true, ["cn=staff", "cn=finance"], new Dictionary<string, string>())];
            var report = new StepReport
            {
                SagaId = saga.Id,
                StepId = step.Id,
                Attempt = 1,
                Outcome = Settings(step.System).Observe ? Outcome.Observed : Outcome.Changed,
                StartedAt = at,
                FinishedAt = at,
                Snapshots = step.Action is StepAction.ManualTask || Settings(step.System).Observe ? [] : found[step.Id],
            };
            sagas[index] = SagaTransitions.Next(sagas[index], new SagaInput.Reported(report), at).Saga;
        }

        return this;
    }

    /// <summary>Somebody agreed to what waits for an approval.</summary>
    public ReferencePerson Approved(int daysAgo)
    {
        for (var i = 0; i < sagas.Count; i++)
        {
            if (sagas[i] is { IsOver: false } saga && saga.Stages.FirstOrDefault(s => s is { ApprovalRequired: true, Approved: false }) is { } stage)
            {
                var hash = StageApproval.HashOf(saga.PlanHash, stage.Name, saga.Steps.Where(s => s.Stage == stage.Ordinal).Select(s => s.System), person!.Accounts);
                sagas[i] = SagaTransitions.Next(saga, new SagaInput.Approve(stage.Name, hash, person.Accounts, [], new Act("chief", "seen")), Today.AddDays(-daysAgo)).Saga;
            }
        }

        return this;
    }

    /// <summary>Others left today, as many as said.</summary>
    public ReferencePerson OthersLeft(int count)
    {
        Guard = Guard with
        {
            Transitions = [.. Guard.Transitions, .. Enumerable.Range(1, count).Select(i => new GuardTransition(NextId(), new PersonId($"P200{i}"), new EmploymentId($"E200{i}"), Today.AddHours(-i), Today.AddHours(-i)))],
        };
        return this;
    }

    public PlanDescription Plan(params HrEvent[] events)
        => new Preview(Configuration, ReferenceCompany.Actions(Configuration)).Of(new PreviewFacts(Facts(events[0]), Guard, Managers), events);

    private Step? Due(DateTimeOffset at) => sagas.Where(s => !s.IsOver).SelectMany(s => s.Steps).FirstOrDefault(s => s.Status is StepStatus.Due && s.DueAt <= at);

    private SystemSettings Settings(SystemName system) => Configuration.Systems.First(s => s.Name == system);

    private IntakeFacts Facts(HrEvent hr)
        => new(
            hr, person, [.. sagas.Where(s => !s.IsOver)],
            [.. sagas.Where(s => s.ReturnedAt is null && (s.Kind is SagaKind.Leaver or SagaKind.Leave || (s.Kind is SagaKind.Restore && s.Status is not SagaStatus.Completed)))
                .Select(s => new CutSaga(s, s.Steps.Where(t => found.ContainsKey(t.Id)).ToDictionary(t => t.Id, t => found[t.Id])))],
            NextId(), NextId(), Now);

    private SagaId NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes[6] = 0x70;
        bytes[8] = 0x80;
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], ++ids << 8);
        return new SagaId(new Guid(bytes, bigEndian: true));
    }
}
