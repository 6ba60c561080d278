using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Previewing;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Worker.Commands;

/// <summary>A plan as <c>plan</c> prints it: first what would happen and when, then who must decide and what stays, last why.</summary>
internal sealed class PlanText
{
    private readonly WrappedLines lines = new();

    private PlanText()
    {
    }

    /// <summary>The lines, none wider than <see cref="WrappedLines.Width"/> unless one word is.</summary>
    public static IReadOnlyList<string> Of(PlanDescription plan)
    {
        var text = new PlanText();
        text.Heading(plan);
        foreach (var saga in plan.Sagas)
        {
            text.Saga(saga);
        }

        text.Access(plan.Access);
        text.Section("Who must decide", plan.Decisions, need => $"{Words(need.Reason)}: {need.Why} {need.Who}{(need.WhoNot is null ? "" : $" Not: {char.ToLowerInvariant(need.WhoNot[0])}{need.WhoNot[1..]}")}");
        text.Section("What cannot be undone", plan.Irreversible, Consequence);
        text.Section("What would not be given back", plan.NotGivenBack, Consequence);
        text.Section("Look at this", plan.Notes, note => note);
        text.Policies(plan.Policies);
        text.lines.Blank();
        text.lines.Add(0, 0, "Nothing was done.");
        return text.lines.All;
    }

    private void Heading(PlanDescription plan)
    {
        var name = plan.Name is null ? "" : $" ({plan.Name})";
        lines.Add(0, 2, $"{plan.Event}: employment {string.Join(", then ", plan.Employments)} of {plan.Person}{name}{string.Concat(plan.Says.Select(s => "; " + s))}");
        lines.Add(0, 2, $"as of {Utc(plan.AsOf)}, by configuration {plan.Configuration[..Math.Min(12, plan.Configuration.Length)]}");
        lines.Blank();
        var isHeld = plan.Verdict is not IntakeVerdict.Held && plan.Sagas.Any(s => s is { Fate: SagaFate.Opened, Status: SagaStatus.Held });
        lines.Add(0, 2, $"{EnumText.Of(plan.Verdict).ToUpperInvariant()}{(isHeld ? ", BUT HELD" : "")}: {plan.Why}");
        if (plan.Sagas.Count == 0)
        {
            lines.Add(0, 2, "No saga would open or change.");
        }

        foreach (var saga in plan.Untouched)
        {
            lines.Add(0, 2, $"The {Kind(saga.Kind)} saga {saga.Saga} (policy {saga.Policy}) stays as it is: {EnumText.Of(saga.Status)}, effective {At(saga.EffectiveAt)}, {saga.Settled} of {Count(saga.Steps, "step")} settled.{string.Concat(saga.Holds.Select(why => $" {why}"))}");
        }

        if (plan.NextLook is { } look)
        {
            lines.Add(0, 2, $"The person would be looked at again {At(look)}.");
        }
    }

    private void Saga(SagaDescription saga)
    {
        lines.Blank();
        var name = $"{Kind(saga.Kind)} saga";
        switch (saga.Fate)
        {
            case SagaFate.Opened:
                lines.Add(0, 2, $"A {name} would open for employment {saga.Employment}, by policy {saga.Policy}{(saga.Urgent ? ", urgent: it goes before all that are not" : "")}.");
                break;
            case SagaFate.Changed:
                lines.Add(0, 2, $"The {name} {saga.Saga} (policy {saga.Policy} of {saga.PolicyVersion[..Math.Min(12, saga.PolicyVersion.Length)]}) would go on, changed{(saga.Urgent ? "; it is urgent" : "")}.");
                break;
            case SagaFate.Cancelled:
                lines.Add(0, 2, $"The {name} {saga.Saga} (policy {saga.Policy}) would be cancelled: {Count(saga.StepsStopped, "step")} would not run any more; {Count(saga.StepsRun, "step")} ran, or may have.");
                return;
            default:
                lines.Add(0, 2, $"The {name} {saga.Saga} (policy {saga.Policy}) had ended, and {Count(saga.StepsRun, "step")} of it ran, or may have. It would be marked as answered for: no later return asks for it again.");
                return;
        }

        if (saga.Status is SagaStatus.Held)
        {
            lines.Add(2, 2, "It would be HELD: nothing of it runs until a person decides, see below.");
        }

        lines.Add(2, 4, $"{Takes(saga.Kind)} {At(saga.EffectiveAt)}{(saga.EffectiveBefore is { } before ? $", and no longer {At(before)}" : "")}: {saga.EffectiveBasis}");
        var widest = saga.Stages.SelectMany(s => s.Steps).Select(s => s.System.Value.Length).DefaultIfEmpty().Max();
        var action = saga.Stages.SelectMany(s => s.Steps).Select(s => EnumText.Of(s.Action).Length).DefaultIfEmpty().Max();
        foreach (var stage in saga.Stages)
        {
            lines.Add(2, 4, $"stage {stage.Name}{(stage.ApprovalRequired ? stage.Approved ? ", approved" : ", opens only once it is approved" : "")}");
            lines.Add(4, 6, stage.After is null && !stage.ApprovalRequired ? $"opens       {At(stage.OpensAt)}" : $"not before  {At(stage.OpensAt)}{(stage.After is null ? "" : $", after {stage.After}")}");
            lines.Add(4, 6, $"to be done  {(stage.Deadline is { } deadline ? $"by {At(deadline)}" : "at any time: it has no deadline")}");
            foreach (var step in stage.Steps)
            {
                var head = $"{step.Number,2}  {step.System.Value.PadRight(widest)}  {EnumText.Of(step.Action).PadRight(action)}  ";
                lines.Add(4, 4 + head.Length, head + string.Join("; ", PlanStepWords.Of(step)));
            }
        }
    }

    private void Access(AccessDescription? access)
    {
        if (access is null)
        {
            return;
        }

        lines.Blank();
        lines.Add(0, 2, $"Access by roles, from {PlanStepWords.Assignment(access.From)} to {PlanStepWords.Assignment(access.To)}:");
        foreach (var (word, entitlements) in new[] { ("lost", access.Lost), ("kept", access.Kept), ("gained, not granted by us", access.Gained) })
        {
            foreach (var one in entitlements)
            {
                lines.Add(2, 6, $"{word}: {one.System} {one.Entitlement} (by {string.Join(" and ", one.Roles)})");
            }
        }

        if (access.Lost.Count + access.Kept.Count + access.Gained.Count == 0)
        {
            lines.Add(2, 4, "no role justifies anything, before or after");
        }

        if (access.Unexplained is { } unexplained)
        {
            lines.Add(2, 4, $"what no role explains {PlanStepWords.Unexplained(unexplained)} (unexplained: {EnumText.Of(unexplained)})");
        }
    }

    private void Policies(IReadOnlyList<PolicyAsked> policies)
    {
        lines.Blank();
        lines.Add(0, 0, "Why");
        foreach (var asked in policies)
        {
            lines.Add(2, 4, $"for {asked.Event} of employment {asked.Employment} {(asked.Policy is null ? "there is no policy" : $"the policy is {asked.Policy}")}:");
            foreach (var line in asked.Tried.Concat(asked.LeftOut))
            {
                lines.Add(4, 6, line);
            }

            if (asked.ForOtherEvents > 0)
            {
                lines.Add(4, 6, asked.ForOtherEvents == 1 ? "1 policy is passed over: it is for other events" : $"{asked.ForOtherEvents} policies are passed over: they are for other events");
            }
        }
    }

    private void Section<T>(string title, IReadOnlyList<T> items, Func<T, string> words)
    {
        if (items.Count == 0)
        {
            return;
        }

        lines.Blank();
        lines.Add(0, 0, title);
        foreach (var item in items)
        {
            lines.Add(2, 4, words(item));
        }
    }

    private static string Consequence(StepConsequence one) => $"{EnumText.Of(one.Action)} on {string.Join(", ", one.Systems)}: {one.Why}";

    private static string Takes(SagaKind kind)
        => kind switch
        {
            SagaKind.Restore => "Access comes back",
            SagaKind.Leave => "Access rests from",
            SagaKind.Mover => "What is lost is taken away from",
            _ => "Access ends",
        };

    private static string Kind(SagaKind kind) => EnumText.Of(kind);

    private static string Words(NeedReason reason)
        => reason switch
        {
            NeedReason.Guard => "mass guard",
            NeedReason.Protected => "protected person",
            NeedReason.LegalHold => "legal hold",
            NeedReason.Approval => "approval",
            _ => "held event",
        };

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    /// <summary><c>2026-11-30 17:00Z (Mon 18:00 Europe/Berlin)</c>, with the day where it is another one there.</summary>
    private static string At(Moment moment)
    {
        var local = DateTime.ParseExact(moment.Local, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var day = DateOnly.FromDateTime(local) == DateOnly.FromDateTime(moment.At.UtcDateTime) ? "" : local.ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture);
        return $"{Utc(moment.At)} ({local.ToString("ddd ", CultureInfo.InvariantCulture)}{day}{Clock(local)} {moment.TimeZone})";
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture) + Clock(at.UtcDateTime) + "Z";

    private static string Clock(DateTime time) => time.ToString(time.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
}
