using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>Everything that can happen next.</summary>
/// <param name="surprises">How often in one history something may be other than that the step did what it was sent for, or found nothing to do: another outcome, a lease that runs out, a system that is shut.</param>
/// <param name="acts">How often the operator acts.</param>
/// <param name="both">How often either of them happens.</param>
/// <param name="to">Takes what happened, as an object whose text tells it, and the node after it.</param>
internal sealed class Moves(int surprises, int acts, int both, Action<Node, object, Node> to)
{
    /// <summary>What is said to have happened when somebody was looked at.</summary>
    public const string Look = "somebody looks";

    private static readonly Act Operator = new("olga", "because");
    private static readonly Act Other = new("otto", "seen by another");
    private static readonly Outcome[] Outcomes = Enum.GetValues<Outcome>();
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(2);

    /// <summary>How many decisions of the core were asked for.</summary>
    public long Decisions { get; private set; }

    public void From(Node node)
    {
        Hr(node);
        Time(node);
        foreach (var saga in node.Sagas)
        {
            foreach (var step in saga.Steps)
            {
                Dispatched(node, saga, step);
                Reported(node, saga, step);
            }

            if (!saga.IsOver)
            {
                Acts(node, saga);
            }
        }

        if (MayAct(node) && node.Arrived > 0)
        {
            LegalHold(node, isSet: true);
            if (node.Sagas.Any(s => s.Stages.Any(stage => stage.Approved)))
            {
                to(node, "another account becomes known", node with { Acts = node.Acts + 1, MoreAccounts = true });
            }
        }
        else if (node.Person.LegalHold is { IsSet: true })
        {
            LegalHold(node, isSet: false);
        }
    }

    /// <summary>What the system's own clockwork does, without any event, fault or operator: used to tell whether a node is at rest.</summary>
    public static bool IsAtRest(Node node)
        => node.Arrived == node.Case.Events && Node.Moment(node.Now) == 2 && node.Person.NextLook is null
            && node.Sagas.All(saga => saga.Steps.All(step => step.Status is not StepStatus.InFlight && (step.Status is not StepStatus.Due || !MayBeSent(node, saga, step))));

    private bool MaySurprise(Node node) => node.Surprises < surprises && node.Surprises + node.Acts < both;

    private bool MayAct(Node node) => node.Acts < acts && node.Surprises + node.Acts < both;

    private void Hr(Node node)
    {
        if (node.Arrived < node.Case.Events)
        {
            var hr = node.Case.Event(node.Arrived);
            Decisions++;
            Keep(node, hr, node.Case.Intake.Decide(Facts(node, hr)), node with { Arrived = node.Arrived + 1 });
        }

        if (node.Person.NextLook is { } look && look.At <= node.Now)
        {
            Decisions++;
            Keep(node, Look, node.Case.Intake.Look(Facts(node, EventIntake.EventOf(node.Person, node.Now))), node);
        }
    }

    private static IntakeFacts Facts(Node node, HrEvent hr)
        => new(
            hr, node.Person, [.. node.Open],
            [.. node.Sagas.Where(s => s.ReturnedAt is null && (s.Kind is SagaKind.Leaver or SagaKind.Leave || (s.Kind is SagaKind.Restore && s.Status is not SagaStatus.Completed)))
                .Select(s => new CutSaga(s, s.Steps.Where(t => node.Found.ContainsKey(t.Id) || !t.Restores.IsEmpty).ToDictionary(t => t.Id, t => node.Found.GetValueOrDefault(t.Id, t.Restores))))],
            Id(node.Ids + 1), Id(node.Ids + 2), node.Now);

    private static SagaId Id(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));

    private void Keep(Node node, object by, IntakeDecision decision, Node next)
    {
        foreach (var changed in decision.Changed ?? [])
        {
            Rules.Decided(node.Sagas.First(s => s.Id == changed.Saga.Id), changed, by, node.Now);
            next = next.With(changed.Saga);
        }

        foreach (var opened in decision.Opened)
        {
            Rules.Opened(opened, node.Now);
            next = next.With(opened.Saga);
        }

        to(node, by, next with
        {
            Person = decision.Person ?? node.Person,
            Asked = node.Asked || decision.Verdict is IntakeVerdict.Held,
            ToldOfLoss = node.ToldOfLoss || decision.Restore is { Saga.NotRestored.IsEmpty: false },
            Ids = node.Ids + 2,
        });
    }

    /// <summary>A moment is waited for as a whole; within one, only until what failed is tried again.</summary>
    private void Time(Node node)
    {
        if (node.Now < SmallCase.FarLater)
        {
            Passed(node, node.Now < SmallCase.Later ? SmallCase.Later : SmallCase.FarLater);
        }

        var soon = node.Now + Tick;
        if (node.Person.NextLook is { } look && look.At > node.Now && look.At <= soon)
        {
            Passed(node, soon);
        }
        else if (node.Sagas.Any(s => s.Steps.Any(step => step.Status is StepStatus.Due && step.DueAt > node.Now && step.DueAt <= soon)))
        {
            Passed(node, soon);
        }
    }

    private void Passed(Node node, DateTimeOffset now)
    {
        var next = node with { Now = now };
        foreach (var saga in node.Open)
        {
            var decision = Decide(next, saga, new SagaInput.DeadlinePassed());
            next = decision.Refusal is null ? next.With(decision.Saga) : next;
        }

        to(node, now, next);
    }

    /// <summary>Sent, as the claim does once guard and approvals were asked; a lease that runs out; a system that is shut.</summary>
    private void Dispatched(Node node, Saga saga, Step step)
    {
        if (step.Status is StepStatus.Due && step.DueAt <= node.Now)
        {
            var (asked, current) = (node, saga);
            if (step.AskFirst)
            {
                var lapsed = Decide(asked, current, new SagaInput.Lapse(asked.Accounts));
                current = lapsed.Saga;
                var cleared = Decide(asked, current, new SagaInput.Clear());
                asked = asked.With(cleared.Saga);
                current = cleared.Saga;
            }

            var due = current.Steps[step.Ordinal];
            if (due.Status is not StepStatus.Due)
            {
                to(node, $"asked about {Words(step)}", asked);
            }
            else if (MayBeSent(asked, current, due))
            {
                Rules.Sent(asked, current, due);
                to(node, $"sent {Words(step)}", asked.With(current, due with { Status = StepStatus.InFlight, DueAt = null, Sends = due.Sends + 1, AskFirst = false }));
            }

            if (MaySurprise(node) && !step.Deferred)
            {
                Take(node, saga, new SagaInput.Blocked([step.Id], "down"), node with { Surprises = node.Surprises + 1 });
            }
        }

        if (step.Status is StepStatus.InFlight && MaySurprise(node))
        {
            var lost = TakenBack(node with { Surprises = node.Surprises + 1 }, saga, step);
            to(node, $"nobody answers for {Words(step)}", lost);
            if (Done(node, step) is { } account)
            {
                to(node, $"nobody answers for {Words(step)}, which was done", (lost with { Unreported = lost.Unreported.Add(step.Id), Unrecorded = true }).With(step.System, account));
            }
        }
    }

    /// <summary>As <c>StepClaims.TakeBackExpired</c> does, and what the dispatcher tells then.</summary>
    private Node TakenBack(Node node, Saga saga, Step step)
    {
        if (saga.Status is SagaStatus.Cancelled)
        {
            return node.With(saga, step with { Status = StepStatus.Cancelled, SettledAt = node.Now });
        }

        if (!saga.Holds.IsEmpty)
        {
            return node.With(saga, step with { Status = StepStatus.Waiting });
        }

        var again = node.With(saga, step with { Status = StepStatus.Due, DueAt = node.Now });
        return again.With(Decide(again, again.Sagas.First(s => s.Id == saga.Id), new SagaInput.Blocked([step.Id], null)).Saga);
    }

    /// <summary>What else the claim refuses: to destroy under a legal hold, and to give back while something that takes is in force.</summary>
    private static bool MayBeSent(Node node, Saga saga, Step step)
        => !(PlannedStep.Destroys(step.Action) && node.Person.LegalHold is { IsSet: true })
            && !(step.Action is StepAction.RestoreAccount && node.Sagas.Any(s =>
                s.Kind is SagaKind.Leaver or SagaKind.Leave && s.ReturnedAt is null && s.Status is not SagaStatus.Cancelled && s.EffectiveAt <= node.Now));

    private void Reported(Node node, Saga saga, Step step)
    {
        var underWay = step.Status is StepStatus.InFlight;
        if (underWay)
        {
            foreach (var outcome in Outcomes)
            {
                Answered(node, saga, step, outcome);
            }
        }

        var older = underWay ? step.Sends - 1 : step.Sends;
        if (older > 0 && node.Unreported.Contains(step.Id) && !step.IsSettled)
        {
            Told(node, saga, step, Report(node, saga, step, Outcome.Changed, older), step.System, node[step.System]);
        }

        // Doubled, late, or never sent: of what is settled, and of a failure that is not the last attempt's.
        foreach (var (attempt, outcome) in new[] { (older, step.IsSettled ? Outcome.Changed : Outcome.Transient), (step.Sends + 1, Outcome.Changed) })
        {
            Rules.Refused(saga, Decide(node, saga, new SagaInput.Reported(Report(node, saga, step, outcome, attempt))), outcome);
        }
    }

    /// <summary>An answer of the attempt that is under way, where the system can give it; each says what is true of the account then.</summary>
    private void Answered(Node node, Saga saga, Step step, Outcome outcome)
    {
        var account = node[step.System];
        var isSurprise = outcome switch
        {
            Outcome.Changed => false,
            Outcome.Already or Outcome.Absent => Done(node, step) is not null,
            Outcome.Accepted => step.Action is not StepAction.ManualTask,
            _ => true,
        };
        if (isSurprise && !MaySurprise(node))
        {
            return;
        }

        var after = outcome switch
        {
            Outcome.Changed => Done(node, step),
            Outcome.Indeterminate => Done(node, step) ?? account,
            Outcome.Already => Found(step.Action, account),
            Outcome.Absent => account is Account.Deleted ? account : Account.GoneByOthers,
            _ => account,
        };
        if (after is not { } known)
        {
            return;
        }

        var report = Report(node, saga, step, outcome, step.Sends);
        Told(node with { Surprises = node.Surprises + (isSurprise ? 1 : 0) }, saga, step, outcome is Outcome.Already && step.Sends > 1 ? report with { Code = Step.AfterRetry } : report, step.System, known, node);
        if (outcome is Outcome.Rejected && MaySurprise(node))
        {
            foreach (var code in new[] { Step.Fenced, ProtectedEntries.PersonCode })
            {
                Told(node with { Surprises = node.Surprises + 1 }, saga, step, report with { Code = code }, step.System, known, node);
            }
        }
    }

    private void Told(Node node, Saga saga, Step step, StepReport report, SystemName system, Account account, Node? from = null)
    {
        var next = node.With(system, account) with
        {
            Found = report.Snapshots.Count > 0 && !node.Found.ContainsKey(step.Id) ? node.Found.Add(step.Id, report.Snapshots) : node.Found,
            Unreported = node.Unreported.Remove(step.Id),
            Observed = node.Observed || report.Outcome is Outcome.Observed,
            Unrecorded = node.Unrecorded || report.Outcome is Outcome.Indeterminate,
        };
        Take(from ?? node, saga, new SagaInput.Reported(report), next);
    }

    private static StepReport Report(Node node, Saga saga, Step step, Outcome outcome, int attempt)
        => new()
        {
            SagaId = saga.Id,
            StepId = step.Id,
            Attempt = attempt,
            Outcome = outcome,
            Task = outcome is Outcome.Accepted ? new TaskAssignment("facilities", node.Now.AddDays(1), true) : null,
            Snapshots = outcome is Outcome.Changed && step.Action is StepAction.DisableAccount or StepAction.RemoveEntitlements
                ? [new AccountSnapshot("1", "ada", true, ["g"], new Dictionary<string, string>())]
                : [],
            StartedAt = node.Now,
            FinishedAt = node.Now,
        };

    /// <summary>The account once the step was done; null: there is nothing to do.</summary>
    private static Account? Done(Node node, Step step)
        => (step.Action, node[step.System]) switch
        {
            (StepAction.DisableAccount, Account.On) => Account.OffByUs,
            (StepAction.RestoreAccount, Account.OffByUs) => Account.On,
            (StepAction.DeleteAccount, Account.On or Account.OffByUs or Account.OffByOthers) => Account.Deleted,
            (StepAction.RemoveEntitlements or StepAction.ManualTask, var account) => account,
            _ => null,
        };

    /// <summary>The account where the step found nothing to do; null: that cannot be found.</summary>
    private static Account? Found(StepAction action, Account account)
        => (action, account) switch
        {
            (_, Account.Deleted or Account.GoneByOthers) => null,
            (StepAction.DisableAccount, Account.On) => Account.OffByOthers,
            (StepAction.RestoreAccount, _) => Account.On,
            (StepAction.DeleteAccount, _) => null,
            (_, var same) => same,
        };

    /// <summary>One operator acts once; what that act begins may be brought to its end.</summary>
    private void Acts(Node node, Saga saga)
    {
        var acted = node with { Acts = node.Acts + 1 };
        var decided = acted with { Decided = true };
        if (MayAct(node))
        {
            foreach (var step in saga.Steps)
            {
                if (step.Status is StepStatus.Failed)
                {
                    Take(node, saga, new SagaInput.Replay(step.Id, Operator), acted);
                }

                if (step.Status is not (StepStatus.Succeeded or StepStatus.Cancelled))
                {
                    Take(node, saga, new SagaInput.Resolve(step.Id, "seen", Operator), step.Status is StepStatus.OpenTask ? acted : decided);
                }

                if (step.Status is StepStatus.OpenTask && node.Now >= SmallCase.Later)
                {
                    Take(node, saga, new SagaInput.TaskOverdue(step.Id), node);
                }
            }

            Take(node, saga, new SagaInput.Cancel(Operator, GivesUp: true), decided);
            Take(node, saga, new SagaInput.Hold(new SagaHold(HoldReason.Guard, "Too many leave.", node.Now)), acted);
            foreach (var stage in saga.Stages.Where(s => s.ApprovalRequired))
            {
                var systems = saga.Steps.Where(s => s.Stage == stage.Ordinal).Select(s => s.System);
                Take(node, saga, new SagaInput.Approve(stage.Name, StageApproval.HashOf(saga.PlanHash, stage.Name, systems, node.Accounts), node.Accounts, [], Operator), acted);
            }
        }

        foreach (var step in saga.Steps.Where(s => s is { Status: StepStatus.OpenTask, Task.DoneBy: not null }))
        {
            Rules.Refused(saga, Decide(node, saga, new SagaInput.Verify(step.Id, "seen", Operator)), "who did it verifies it");
            Take(node, saga, new SagaInput.Verify(step.Id, "seen", Other), node);
        }

        foreach (var hold in saga.Holds)
        {
            Take(node, saga, new SagaInput.Release(hold.Reason, Other), node);
        }

        if (saga.Status is SagaStatus.Held)
        {
            Take(node, saga, new SagaInput.Reject(Other), decided);
        }
    }

    private void LegalHold(Node node, bool isSet)
    {
        var next = node with { Acts = node.Acts + 1, Person = node.Person with { LegalHold = new(isSet, node.Now, Operator, node.Now, ByHand: true) } };
        foreach (var saga in node.Open)
        {
            next = next.With(Decide(node, saga, new SagaInput.LegalHold(isSet, Operator)).Saga);
        }

        to(node, isSet ? "a legal hold" : "the legal hold is lifted", next);
    }

    private void Take(Node node, Saga saga, SagaInput input, Node next)
    {
        var decision = Decide(next, saga, input);
        if (decision.Refusal is null)
        {
            to(node, input, next.With(decision.Saga));
        }
    }

    private SagaDecision Decide(Node node, Saga saga, SagaInput input)
    {
        Decisions++;
        var decision = SagaTransitions.Next(saga, input, node.Now);
        Rules.Decided(saga, decision, input, node.Now);
        return decision;
    }

    private static string Words(Step step) => $"{step.System} {EnumText.Of(step.Action)}";
}
