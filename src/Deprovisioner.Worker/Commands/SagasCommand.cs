using System.CommandLine;
using System.Text.Json.Nodes;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>sagas list</c> and <c>sagas show</c></summary>
internal static class SagasCommand
{
    public static Command Create() => new("sagas", "Look at sagas.") { List(), Show() };

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only these." };
        status.AcceptOnlyFromAmong("scheduled", "running", "needs-attention", "held", "completed", "cancelled");
        var kind = new Option<string?>("--kind") { Description = "Only these." };
        kind.AcceptOnlyFromAmong([.. EnumText.All<SagaKind>()]);
        var person = new Option<string?>("--person") { Description = "Only this person's." };
        var limit = new Option<int>("--limit") { Description = "At most this many, the newest first.", DefaultValueFactory = _ => 50 };
        var json = Terminal.JsonOption();
        var command = new Command("list", "List sagas, the newest first.") { status, kind, person, limit, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var (wanted, of, who) = (parsed.GetValue(status), parsed.GetValue(kind), parsed.GetValue(person));
            var sagas = await context.Sagas
                .Where(s => (wanted == null || s.Status == wanted) && (of == null || s.Kind == of) && (who == null || s.PersonId == who))
                .OrderByDescending(s => s.PlannedAt).ThenBy(s => s.SagaId)
                .Take(Math.Clamp(parsed.GetValue(limit), 1, 10_000))
                .Include(s => s.Steps)
                .AsSplitQuery()
                .ToListAsync(cancellationToken);
            var now = TimeProvider.System.GetUtcNow();
            if (parsed.GetValue(json))
            {
                Terminal.Json(sagas.Select(s => new
                {
                    s.SagaId,
                    s.Kind,
                    s.PersonId,
                    s.EmploymentId,
                    s.Status,
                    s.Policy,
                    s.Urgent,
                    s.EffectiveAt,
                    s.PlannedAt,
                    s.ContainedAt,
                    s.CompletedAt,
                    residualUntil = AccessWords.ResidualUntil(s),
                    steps = s.Steps.Count,
                    settled = s.Steps.Count(IsSettled),
                    failed = s.Steps.Count(x => x.Status == "failed"),
                    late = DeadlineWords.Of(s, now).Where(stage => stage.Late is not null),
                    observed = s.Steps.Count(IsObserved),
                }));
            }
            else
            {
                Terminal.Table("No sagas.", ["saga", "kind", "person", "status", "steps", "policy", "effective", "contained", "access ended", "late"], sagas.Select(s => new[]
                {
                    s.SagaId.ToString(), s.Kind + (s.Urgent ? "!" : ""), s.PersonId, s.Status, $"{s.Steps.Count(IsSettled)}/{s.Steps.Count}{(s.Steps.Any(IsObserved) ? $" ({s.Steps.Count(IsObserved)} observed)" : "")}", s.Policy,
                    Terminal.Time(s.EffectiveAt), Terminal.Time(s.ContainedAt), AccessWords.Ended(s),
                    string.Join(", ", DeadlineWords.Of(s, now).Where(stage => stage.Late is not null).Select(stage => $"{stage.Stage} {DeadlineWords.Span(stage.Late!.Value)}")),
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<Guid>("SAGA") { Description = "The saga's id." };
        var json = Terminal.JsonOption();
        var command = new Command("show", "Show one saga: its steps, and its audit with the evidence.") { id, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var wanted = parsed.GetValue(id);
            var saga = await context.Sagas.Include(s => s.Steps.OrderBy(x => x.Ordinal)).FirstOrDefaultAsync(s => s.SagaId == wanted, cancellationToken);
            if (saga is null)
            {
                Terminal.Error($"there is no saga {wanted}.");
                return DeprovisionerCommands.Failed;
            }

            var audit = await services.GetRequiredService<AuditReader>().Lines(wanted, cancellationToken);
            var approvals = await ApprovalHashes.Of(context, saga, cancellationToken);
            var drift = (await DriftWords.Of(context, saga.PersonId, cancellationToken))?.OfSaga(wanted);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new
                {
                    saga,
                    drift,
                    approvals,
                    deadlines = DeadlineWords.Of(saga, TimeProvider.System.GetUtcNow()),
                    outcomes = saga.Steps.Where(s => s.Outcome is not null).Select(s => new { s.Ordinal, s.System, s.Action, s.Outcome, s.Code, means = OutcomeWords.Of(s), s.Message }),
                    audit = audit.Select(line => new { line.Sequence, line.At, line.Type, record = JsonNode.Parse(line.Payload), evidence = line.Evidence is null ? null : JsonNode.Parse(line.Evidence) }),
                });
            }
            else
            {
                Print(saga, approvals, drift, audit);
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static void Print(SagaEntity saga, IReadOnlyList<PendingApproval> approvals, DriftWords? drift, IReadOnlyList<AuditLine> audit)
    {
        var stages = JsonNode.Parse(saga.Stages)!.AsArray();
        Terminal.Line($"{saga.Kind} saga {saga.SagaId} of {saga.PersonId} (employment {saga.EmploymentId}): {saga.Status}{(saga.Urgent ? ", urgent" : "")}");
        Terminal.Line($"policy {saga.Policy} of {saga.PolicyVersion[..12]}; {Takes(saga.Kind)} {Terminal.Time(saga.EffectiveAt)} ({saga.EffectiveBasis})");
        Terminal.Line($"planned {Terminal.Time(saga.PlannedAt)}; contained {Or(saga.ContainedAt, "not yet")}; completed {Or(saga.CompletedAt, "not yet")}");
        foreach (var hold in JsonNode.Parse(saga.Holds)!.AsArray())
        {
            Terminal.Line($"held ({hold!["reason"]}): {hold["detail"]}");
        }

        foreach (var lost in JsonNode.Parse(saga.NotRestored)!.AsArray())
        {
            Terminal.Line($"cannot be put back: {lost!["action"]} on {lost["system"]}. {lost["why"]}");
        }

        if (saga.ReturnedAt is { } returned)
        {
            Terminal.Line($"the person was back {Terminal.Time(returned)}: what it took was restored or given up then");
        }

        foreach (var approval in approvals)
        {
            Terminal.Line($"stage {approval.Stage} needs an approval, for {(approval.Accounts.Count == 0 ? "no known account" : string.Join(", ", approval.Accounts))}: approve {saga.SagaId} --stage {approval.Stage} --plan {approval.Hash}");
        }

        if (AccessWords.ResidualUntil(saga) is not null)
        {
            Terminal.Line($"access ended: {AccessWords.Ended(saga)}");
        }

        if (saga.Steps.Any(IsObserved))
        {
            Terminal.Line($"{saga.Steps.Count(IsObserved)} of {saga.Steps.Count} steps were only observed: nothing was changed by them");
        }

        foreach (var deadline in DeadlineWords.Of(saga, TimeProvider.System.GetUtcNow()))
        {
            Terminal.Line($"deadline: {deadline}");
        }

        Terminal.Table("It has no steps.", ["#", "stage", "system", "action", "status", "outcome", "tries", "next or settled", "can be undone", "step", "what the system said"], saga.Steps.Select(s => new[]
        {
            s.Ordinal.ToString(), stages[s.Stage]!["name"]!.GetValue<string>(), s.System, s.Action, s.Status, AccessWords.Outcome(s), s.Sends.ToString(),
            Terminal.Time(s.SettledAt ?? s.DueAt ?? s.LeaseUntil), Reversible(s), s.StepId.ToString(), s.Message ?? (s.Owner is null ? s.Instruction : $"{s.Owner}: {s.Instruction}"),
        }));
        foreach (var line in OutcomeWords.Lines(saga.Steps))
        {
            Terminal.Line(line);
        }

        foreach (var step in saga.Steps)
        {
            if (SelectionText.Parse(step.Selection) is { } selection)
            {
                Terminal.Line($"step {step.Ordinal} on {step.System}: {SelectionWords.Of(selection)}");
            }
        }

        drift?.Print();
        Terminal.Line("Audit:");
        Terminal.Table("It has no rows.", ["seq", "at", "what", "facts", "evidence"], audit.Select(line => new[]
        {
            line.Sequence.ToString(), Terminal.Time(line.At), line.Type, AuditWords.Facts(line.Payload), AuditWords.Evidence(line.Evidence),
        }));
    }

    /// <summary>A span counts from when the step succeeded.</summary>
    private static string Reversible(StepEntity step)
    {
        var reversible = step.Reversible is { } said ? Reversibility.Parse(said) : Reversibility.Of(EnumText.Parse<StepAction>(step.Action));
        return reversible.Span is { } span && span > TimeSpan.Zero && step is { Status: "succeeded", SettledAt: { } at } ? "until " + Terminal.Time(at + span) : reversible.ToString();
    }

    private static string Takes(string kind)
        => kind switch
        {
            "restore" => "access comes back",
            "leave" => "access rests",
            "mover" => "takes effect",
            "drift" => "access was there again",
            _ => "access ends",
        };

    private static string Or(DateTimeOffset? at, string none) => at is null ? none : Terminal.Time(at);

    private static bool IsObserved(StepEntity step) => step.Outcome == "observed";

    private static bool IsSettled(StepEntity step) => step.Status is "succeeded" or "failed" or "cancelled";
}
