using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Intake.Lifecycle;

/// <summary>One person, the core with what storage keeps for it, and systems with accounts that do what steps ask.</summary>
internal sealed class World
{
    private static readonly DateTimeOffset Day0 = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Groups = ["g1", "g2"];
    private static readonly EventIntake Intake = IntakeOf();

    private readonly List<Saga> sagas = [];
    private readonly Dictionary<StepId, IReadOnlyList<AccountSnapshot>> found = [];
    private readonly Dictionary<SystemName, Account> accounts = Intakes.Systems.ToDictionary(s => s, _ => new Account(true, Groups));
    private readonly List<(HrEvent Event, int At)> underWay = [];
    private readonly List<(Move.Says, DateTimeOffset)> said = [];
    private readonly List<StepReport> unreported = [];
    private PersonRecord? person;
    private DateTimeOffset now = Day0;
    private int moves;
    private int ids;

    public IReadOnlyList<(Move.Says Says, DateTimeOffset At)> Said => said;

    public DateTimeOffset Now => now;

    /// <summary>Held decisions: a person would have been asked, and then nothing can be said of the end.</summary>
    public List<string> Held { get; } = [];

    public List<string> Log { get; } = [];

    public IEnumerable<Account> Accounts => accounts.Values;

    public IEnumerable<Saga> Sagas => sagas;

    public void Do(Move move)
    {
        moves++;
        switch (move)
        {
            case Move.Says says:
                Say(says);
                break;
            case Move.Passes passes:
                now = now.AddHours(passes.Hours);
                break;
            case Move.Works works:
                Work(new Random(works.Chance));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(move));
        }

        Deliver();
        Look();
    }

    /// <summary>Everything arrives, every time comes, every step succeeds.</summary>
    public void Settle()
    {
        moves += 1000;
        Deliver();
        for (var i = 0; i < 60 || (i < 200 && (sagas.Exists(s => !s.IsOver) || person?.NextLook is not null)); i++)
        {
            now = now.AddDays(7);
            Look();
            ReplayFailed();
            Work(random: null);
            Look();
        }
    }

    /// <summary>As on-call would: what failed for longer than its budget is tried again.</summary>
    private void ReplayFailed()
    {
        foreach (var (saga, step) in sagas.Where(s => !s.IsOver).SelectMany(s => s.Steps.Select(step => (s, step))).Where(s => s.step.Status is StepStatus.Failed).ToList())
        {
            var index = sagas.FindIndex(s => s.Id == saga.Id);
            sagas[index] = SagaTransitions.Next(sagas[index], new SagaInput.Replay(step.Id, new Act("ops", "the system is back")), now).Saga;
        }
    }

    private void Say(Move.Says says)
    {
        said.Add((says, now));
        var hr = new HrEvent
        {
            Source = "/hris",
            Id = $"{++ids}",
            Type = $"hr.employment.{says.Type}.v1",
            Time = now,
            Sequence = ids,
            PersonId = new PersonId("P1"),
            EmploymentId = new EmploymentId(says.Employment),
            // What is told late still means the time at which HR decided. A title has no such time, and an end that an update moves has tests of its own.
            EffectiveAt = says.Type == "changed" ? null : now.AddDays(says.InDays ?? 0),
            Person = new PersonAttributes("ada@example.test", "ada", null, null),
        };
        underWay.Add((hr, moves + says.Late));
        if (says.Twice)
        {
            underWay.Add((hr, moves + (2 * says.Late)));
        }
    }

    private void Deliver()
    {
        foreach (var one in underWay.Where(e => e.At <= moves).ToList())
        {
            underWay.Remove(one);

            Keep(Intake.Decide(Facts(one.Event)), one.Event.Type);
        }
    }

    private void Look()
    {
        for (var i = 0; i < 5 && person?.NextLook is { } look && look.At <= now; i++)
        {
            Keep(Intake.Look(Facts(EventIntake.EventOf(person, now))), "time");
        }
    }

    private IntakeFacts Facts(HrEvent hr)
        => new(
            hr, person, [.. sagas.Where(s => !s.IsOver)],
            [.. sagas.Where(s => s.ReturnedAt is null && (s.Kind is SagaKind.Leaver or SagaKind.Leave || (s.Kind is SagaKind.Restore && s.Status is not SagaStatus.Completed))).Select(s => new CutSaga(s, Found(s)))],
            NewId(), NewId(), now);

    /// <summary>Ids that a replay of the same history gives again.</summary>
    private SagaId NewId() => new(new Guid(++ids, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));

    private Dictionary<StepId, IReadOnlyList<AccountSnapshot>> Found(Saga saga)
        => saga.Steps.Where(s => found.ContainsKey(s.Id) || !s.Restores.IsEmpty).ToDictionary(s => s.Id, s => found.GetValueOrDefault(s.Id, s.Restores));

    private void Keep(IntakeDecision decision, string what)
    {
        Log.Add($"{now:MM-dd HH}h {what}: {EnumText.Of(decision.Verdict)}. {decision.Reason}");
        if (decision.Verdict is IntakeVerdict.Held)
        {
            Held.Add(decision.Reason);
        }

        person = decision.Person ?? person;
        foreach (var changed in decision.Changed ?? [])
        {
            sagas[sagas.FindIndex(s => s.Id == changed.Saga.Id)] = changed.Saga;
        }

        foreach (var planned in new[] { decision.Restore, decision.Planned }.OfType<SagaDecision>())
        {
            sagas.Add(planned.Saga);
        }

        foreach (var kind in new[] { SagaKind.Leaver, SagaKind.Leave, SagaKind.Restore })
        {
            Assert.True(sagas.Count(s => s.Kind == kind && !s.IsOver) <= 1, $"More than one {kind} saga is open.");
        }
    }

    /// <param name="random">Null: everything succeeds and is reported.</param>
    private void Work(Random? random)
    {
        foreach (var report in unreported.ToList())
        {
            if (random is null || random.Next(2) == 0)
            {
                unreported.Remove(report);
                Report(report);
            }
        }

        for (var again = true; again;)
        {
            again = false;
            foreach (var (saga, step) in sagas.SelectMany(s => s.Steps.Select(step => (s, step))).Where(s => s.step.Status is StepStatus.Due && s.step.DueAt <= now).ToList())
            {
                var index = sagas.FindIndex(s => s.Id == saga.Id);
                var current = sagas[index].Steps[step.Ordinal];
                if (current.Status is not StepStatus.Due || current.DueAt > now)
                {
                    continue;
                }

                sagas[index] = sagas[index] with { Steps = sagas[index].Steps.SetItem(step.Ordinal, current with { Status = StepStatus.InFlight, DueAt = null, Sends = current.Sends + 1 }) };
                again |= Execute(saga, sagas[index].Steps[step.Ordinal], random);
            }
        }
    }

    private bool Execute(Saga saga, Step step, Random? random)
    {
        var chance = random?.Next(10) ?? 9;
        var account = accounts[step.System];
        var restores = step.Restores.IsEmpty ? null : step.Restores[0];
        var after = chance == 0 ? account : step.Action switch
        {
            StepAction.DisableAccount => account with { Enabled = false },
            StepAction.RemoveEntitlements => account with { Groups = [] },
            StepAction.RestoreAccount => new Account(account.Enabled || restores!.Enabled, [.. account.Groups.Union(restores!.Entitlements).Order()]),
            _ => account,
        };
        var changed = after.Enabled != account.Enabled || after.Groups.Length != account.Groups.Length;
        accounts[step.System] = after;
        var report = new StepReport
        {
            SagaId = saga.Id,
            StepId = step.Id,
            Attempt = step.Sends,
            Outcome = chance == 0 ? Outcome.Transient : changed ? Outcome.Changed : Outcome.Already,
            Snapshots = changed ? [new AccountSnapshot("a1", "ada", account.Enabled, account.Groups, new Dictionary<string, string>())] : [],
            StartedAt = now,
            FinishedAt = now,
        };
        if (chance == 1)
        {
            unreported.Add(report);
            return false;
        }

        Report(report);
        return chance != 0;
    }

    private void Report(StepReport report)
    {
        var index = sagas.FindIndex(s => s.Id == report.SagaId);
        var decision = SagaTransitions.Next(sagas[index], new SagaInput.Reported(report), now);
        sagas[index] = decision.Saga;
        if (decision.Refusal is null && report.Snapshots.Count > 0)
        {
            found.TryAdd(report.StepId, report.Snapshots);
        }
    }

    private static EventIntake IntakeOf()
    {
        var configuration = HandMade.Configuration(
            Policy("leaver", "terminated", StepAction.DisableAccount, StepAction.RemoveEntitlements),
            Policy("leave", "leave-started", StepAction.DisableAccount),
            Policy("rehire", "hired", StepAction.RestoreAccount),
            Policy("stay", "termination-rescinded", StepAction.RestoreAccount),
            Policy("back", "leave-ended", StepAction.RestoreAccount));
        return new EventIntake(configuration, new SystemActions(configuration.Systems, TestConnectors.All));
    }

    private static Policy Policy(string name, string eventName, params StepAction[] actions)
        => new()
        {
            Name = name,
            When = new PolicyCondition { Event = eventName },
            Stages = [.. actions.Select((action, i) => new PolicyStage { Name = $"stage-{i}", Steps = [new PolicyStep { System = null, Action = action }] })],
        };

    internal sealed record Account(bool Enabled, string[] Groups);

    private static class Intakes
    {
        public static readonly SystemName[] Systems = [new("corp-ldap"), new("crm"), new("warehouse")];
    }
}
