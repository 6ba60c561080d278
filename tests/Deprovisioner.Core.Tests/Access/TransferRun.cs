using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Access;

/// <summary>One person who moves, with what storage keeps of them: the directory and the warehouse have roles, the crm has none.</summary>
internal sealed class TransferRun
{
    public static readonly DateTimeOffset Day0 = new(2026, 11, 21, 16, 0, 0, TimeSpan.Zero);
    public static readonly Assignment Analyst = new("Finance", "Analyst", "Berlin", new PersonId("P7"), "employee");
    public static readonly Assignment Seller = new("Sales", "Rep", "Berlin", new PersonId("P8"), "employee");

    /// <summary>Everybody has staff; Finance has its group and the warehouse; Sales has its group; both have reports.</summary>
    public static readonly IReadOnlyList<AccessRole> Roles =
    [
        Role("everybody", new(), ("corp-ldap", ["cn=staff"])),
        Role("finance", new() { Departments = ["Finance"] }, ("corp-ldap", ["cn=finance", "cn=reports"]), ("warehouse", ["analysts"])),
        Role("sales", new() { Departments = ["Sales"] }, ("corp-ldap", ["cn=sales", "CN=Reports"])),
    ];

    private readonly List<Saga> sagas = [];
    private readonly EventIntake intake;
    private int events;
    private int decisions;

    public TransferRun(Policy? policy = null, IReadOnlyList<AccessRole>? roles = null, params string[] protectedPeople)
    {
        var leaver = new Policy
        {
            Name = "leaver",
            When = new PolicyCondition { Event = "terminated" },
            Stages = [new PolicyStage { Name = "contain", Steps = [new PolicyStep { System = null, Action = StepAction.DisableAccount }] }],
        };
        Configuration = HandMade.Configuration([leaver, policy ?? Mover()]) with
        {
            Roles = roles ?? Roles,
            Protected = new ProtectedEntries(protectedPeople, new Dictionary<string, IReadOnlyList<string>>()),
        };
        Actions = new SystemActions(Configuration.Systems, TestConnectors.All);
        intake = new EventIntake(Configuration, Actions);
    }

    public Configuration Configuration { get; }

    public SystemActions Actions { get; }

    public DateTimeOffset Now { get; set; } = Day0;

    public PersonRecord? Person { get; private set; }

    public IReadOnlyList<Saga> Sagas => sagas;

    public IReadOnlyList<Saga> OpenMovers => [.. sagas.Where(s => s is { IsOver: false, Kind: SagaKind.Mover })];

    public Saga Mover1 => Assert.Single(OpenMovers);

    public static AccessRole Role(string name, RoleCondition when, params (string System, string[] Entitlements)[] grants)
        => new() { Name = name, When = when, Grants = grants.ToDictionary(g => new SystemName(g.System), g => (IReadOnlyList<string>)g.Entitlements) };

    public static Policy Mover(TimeSpan grace = default, UnexplainedEntitlements unexplained = default, params PolicyStep[] steps)
        => new()
        {
            Name = "mover",
            When = new PolicyCondition { Event = "transferred" },
            Grace = grace,
            Unexplained = unexplained,
            Stages = [new PolicyStage { Name = "revoke", Steps = steps.Length > 0 ? steps : [new PolicyStep { System = null, Action = StepAction.RemoveEntitlements }] }],
        };

    public IntakeDecision Hire(Assignment? assignment = null, string employment = "E1")
        => Decide(HrEventTypes.Hired, assignment ?? Analyst, employment, hr => hr with { Person = new PersonAttributes("ada@example.test", "ada", "Ada", "Byron") });

    public IntakeDecision Transfer(Assignment to, DateTimeOffset? at = null, string employment = "E1", Func<HrEvent, HrEvent>? with = null)
        => Decide(HrEventTypes.Transferred, to, employment, hr => (with ?? (e => e))(hr with { EffectiveAt = at }));

    public IntakeDecision Terminate(DateTimeOffset? at = null, string employment = "E1") => Decide(HrEventTypes.Terminated, null, employment, hr => hr with { EffectiveAt = at });

    public IntakeDecision Decide(string type, Assignment? assignment, string employment = "E1", Func<HrEvent, HrEvent>? with = null)
    {
        var hr = new HrEvent
        {
            Source = "/hris",
            Id = $"{++events}",
            Type = type,
            Time = Now,
            PersonId = new PersonId("P1"),
            EmploymentId = new EmploymentId(employment),
            Sequence = events,
            Assignment = assignment,
        };
        return Keep(intake.Decide(Facts((with ?? (e => e))(hr))));
    }

    /// <summary>Every look that is due, as the worker makes them.</summary>
    public void Look()
    {
        for (var looks = 0; Person?.NextLook is { } look && look.At <= Now; looks++)
        {
            Assert.True(looks < 10, $"It is looked at again and again: {look}");
            Keep(intake.Look(Facts(EventIntake.EventOf(Person, Now))));
        }
    }

    private IntakeFacts Facts(HrEvent hr)
    {
        var id = ++decisions;
        return new(hr, Person, [.. sagas.Where(s => !s.IsOver)], [], new SagaId(Guid.CreateVersion7(Now.AddTicks(id))), new SagaId(Guid.CreateVersion7(Now)), Now);
    }

    private IntakeDecision Keep(IntakeDecision decision)
    {
        Assert.EndsWith(".", decision.Reason, StringComparison.Ordinal);
        Person = decision.Person ?? Person;
        sagas.AddRange(decision.Opened.Select(planned => planned.Saga));

        foreach (var changed in decision.Changed ?? [])
        {
            Assert.Null(changed.Refusal);
            sagas[sagas.FindIndex(s => s.Id == changed.Saga.Id)] = changed.Saga;
        }

        // One for what transfers took, and one for each employment that ended.
        Assert.InRange(OpenMovers.Count, 0, 1 + (Person?.Employments.Count ?? 0));
        return decision;
    }

    /// <summary>Sends a step of the open mover and has it reported.</summary>
    public void Run(Step step, Outcome outcome = Outcome.Changed)
    {
        var saga = Of(step);
        var sent = Sent(saga, step);
        var report = new StepReport { SagaId = saga.Id, StepId = step.Id, Attempt = 1, Outcome = outcome, StartedAt = Now, FinishedAt = Now };
        sagas[sagas.IndexOf(saga)] = SagaTransitions.Next(sent, new SagaInput.Reported(report), Now).Saga;
    }

    public void Send(Step step)
    {
        var saga = Of(step);
        sagas[sagas.IndexOf(saga)] = Sent(saga, step);
    }

    private Saga Of(Step step) => OpenMovers.Single(saga => saga.Steps.Any(s => s.Id == step.Id));

    /// <summary>What the open movers have still to take away: <c>corp-ldap cn=finance</c>.</summary>
    public IReadOnlyList<string> Leaving() => [.. MoverPlanner.Outstanding(OpenMovers).Select(e => $"{e.System} {e.Entitlement}").Order(StringComparer.Ordinal)];

    private static Saga Sent(Saga saga, Step step)
        => saga with { Steps = saga.Steps.SetItem(step.Ordinal, saga.Steps[step.Ordinal] with { Status = StepStatus.InFlight, Sends = 1, DueAt = null }) };
}
