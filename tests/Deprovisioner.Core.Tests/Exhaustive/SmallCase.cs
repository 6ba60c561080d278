using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>What HR may say in a walk.</summary>
internal enum Told
{
    Hired,
    HiredElsewhere,
    Terminated,
    TerminatedLater,
    Rescinded,
    Transferred,
    LeaveStarted,
    LeaveEnded,
    NewEnd,
}

/// <summary>How the second event stands to the first, by what HR numbered them.</summary>
internal enum Numbered
{
    Newer,
    Same,

    /// <summary>HR decided the second before the first; it was overtaken.</summary>
    Older,
}

/// <summary>Which three steps a leaver has: two systems, two stages, one step that destroys.</summary>
internal enum Leavers
{
    /// <summary>Disabled on both systems, then deleted on the second.</summary>
    Plain,

    /// <summary>The same, and a person must agree to the deletion, which is late after an hour.</summary>
    Approved,

    /// <summary>Disabled on the first, a task for a person that another must vouch for, then deleted on the first.</summary>
    Manual,
}

/// <summary>One small case: two events for somebody who works here, and the policies that answer them.</summary>
internal sealed record SmallCase(Told First, Told Second, Numbered Order, Leavers Leaver)
{
    public static readonly DateTimeOffset Today = new(2026, 3, 2, 17, 0, 0, TimeSpan.Zero);

    /// <summary>18:00 in Berlin on the last day: longer than any gap that is closed.</summary>
    public static readonly DateTimeOffset Later = Today.AddDays(5);

    public static readonly DateTimeOffset FarLater = Today.AddDays(60);
    public static readonly SystemName A = new("corp-ldap");
    public static readonly SystemName B = new("warehouse");
    public static readonly SystemName Badge = new("badge");

    private static readonly Assignment Analyst = new("Finance", "Analyst", "Berlin", null, "employee");
    private static readonly Assignment Seller = Analyst with { Department = "Sales" };
    private static readonly Dictionary<Leavers, EventIntake> Intakes = Enum.GetValues<Leavers>().ToDictionary(l => l, IntakeOf);

    public EventIntake Intake => Intakes[Leaver];

    public int Events => 2;

    /// <summary>In the order in which HR decided them: the first <paramref name="arrived"/> that came in.</summary>
    public IEnumerable<Told> InOrder(int arrived)
        => arrived switch
        {
            0 => [],
            1 => [First],
            _ => Order is Numbered.Older ? [Second, First] : [First, Second],
        };

    public HrEvent Event(int index) => Event(index == 0 ? First : Second, index, index == 0 ? 10 : Order switch { Numbered.Newer => 20, Numbered.Same => 10, _ => 5 });

    /// <summary>Hired long ago, with an account on either system.</summary>
    public PersonRecord Person()
        => Intake.Decide(new IntakeFacts(Hired(Today.AddYears(-1)), null, [], [], default, default, Today.AddYears(-1))).Person!;

    public override string ToString() => $"{First}, {Second} ({Order}, {Leaver})";

    private static HrEvent Hired(DateTimeOffset at) => Event(Told.Hired, -1, 1) with { Time = at, EffectiveAt = at, Assignment = Analyst };

    private static HrEvent Event(Told told, int index, long sequence)
        => new()
        {
            Source = "/hris",
            Id = $"{index}",
            Time = Today,
            PersonId = new PersonId("P1"),
            EmploymentId = new EmploymentId(told is Told.HiredElsewhere ? "E2" : "E1"),
            Sequence = sequence,
            Person = new PersonAttributes("ada@example.test", "ada", null, null),
            Type = told switch
            {
                Told.Hired or Told.HiredElsewhere => HrEventTypes.Hired,
                Told.Terminated or Told.TerminatedLater => HrEventTypes.Terminated,
                Told.Rescinded => HrEventTypes.TerminationRescinded,
                Told.Transferred => HrEventTypes.Transferred,
                Told.LeaveStarted => HrEventTypes.LeaveStarted,
                Told.LeaveEnded => HrEventTypes.LeaveEnded,
                _ => HrEventTypes.Changed,
            },
            EffectiveAt = told is Told.NewEnd ? null : told is Told.TerminatedLater ? Later : Today,
            LastDay = told is Told.NewEnd ? DateOnly.FromDateTime(Later.UtcDateTime) : null,
            Assignment = told switch
            {
                Told.Transferred => Seller,
                Told.HiredElsewhere => Analyst,
                _ => null,
            },
        };

    private static EventIntake IntakeOf(Leavers leaver)
    {
        var configuration = HandMade.Configuration(
            Policy("leaver", "terminated", leaver is Leavers.Manual
                ? [Stage("contain", (A, StepAction.DisableAccount), (Badge, StepAction.ManualTask)), Stage("retire", (A, StepAction.DeleteAccount))]
                : [
                    Stage("contain", (A, StepAction.DisableAccount), (B, StepAction.DisableAccount)),
                    Stage("retire", (B, StepAction.DeleteAccount)) with { ApprovalRequired = leaver is Leavers.Approved, Within = leaver is Leavers.Approved ? TimeSpan.FromHours(1) : null },
                ]),
            Policy("leave", "leave-started", Stage("contain", (A, StepAction.DisableAccount))),
            Policy("mover", "transferred", Stage("revoke", (A, StepAction.RemoveEntitlements))),
            Policy("rehire", "hired", Stage("restore", (A, StepAction.RestoreAccount), (B, StepAction.RestoreAccount))),
            Policy("stay", "termination-rescinded", Stage("restore", (A, StepAction.RestoreAccount), (B, StepAction.RestoreAccount))),
            Policy("back", "leave-ended", Stage("restore", (A, StepAction.RestoreAccount), (B, StepAction.RestoreAccount)))) with
        {
            Roles = [Role("finance", "Finance"), Role("sales", "Sales")],
        };
        return new EventIntake(configuration, new SystemActions(configuration.Systems, TestConnectors.All));
    }

    private static Policy Policy(string name, string eventName, params PolicyStage[] stages)
        => new() { Name = name, When = new PolicyCondition { Event = eventName }, Stages = stages };

    private static PolicyStage Stage(string name, params (SystemName System, StepAction Action)[] steps)
        => new() { Name = name, Steps = [.. steps.Select(s => new PolicyStep { System = s.System, Action = s.Action })] };

    private static AccessRole Role(string name, string department)
        => new() { Name = name, When = new RoleCondition { Departments = [department] }, Grants = new Dictionary<SystemName, IReadOnlyList<string>> { [A] = [$"cn={name}"] } };
}
