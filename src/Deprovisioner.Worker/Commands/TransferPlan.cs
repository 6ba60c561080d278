using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>plan --event transferred</c>: what a move would take away, leave and justify. Nothing is done.</summary>
internal static class TransferPlan
{
    public static async Task<int> Show(
        Configuration configuration, DeprovisionerContext context, IReadOnlyList<EmploymentEntity> employments, PlannedTransfer transfer, bool json, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var active = employments.Where(e => e.Status != "terminated" || e.EndsAt > now).ToList();
        if (active.Find(e => transfer.Employment is null || e.EmploymentId == transfer.Employment) is not { } employment)
        {
            Terminal.Error(transfer.Employment is null ? "no employment of the person is active, so nobody moves." : $"the person has no active employment {transfer.Employment}.");
            return DeprovisionerCommands.Failed;
        }

        var before = AssignmentOf(employment);
        var after = transfer.To(before);
        var hr = new HrEvent
        {
            Source = "plan",
            Id = "plan",
            Type = HrEventTypes.Transferred,
            Time = now,
            PersonId = new PersonId(employment.PersonId),
            EmploymentId = new EmploymentId(employment.EmploymentId),
            Assignment = after,
            EffectiveAt = transfer.At,
            Reason = transfer.Reason,
            Urgent = transfer.Urgent,
        };
        var why = PolicyMatcher.Explain(configuration, hr, before, out var policy);
        var change = new AccessModel(configuration.Roles).Change(before, after, [.. active.Where(e => e != employment).Select(AssignmentOf)]);
        var outstanding = await Outstanding(context, employment.PersonId, cancellationToken);
        var needed = policy is not null && MoverPlanner.IsNeeded(change, policy, before, after, isOneOpen: outstanding is not null);
        var plan = needed
            ? MoverPlanner.Plan(
                configuration, policy!, new SystemActions(configuration.Systems, ConnectorCatalogue.Descriptions), change, outstanding ?? new HashSet<SystemEntitlement>(),
                EffectiveTime.Resolve(hr, policy, configuration.Defaults, now), transfer.Urgent)
            : null;
        Print(new Preview(employment, before, after, why, policy, change, plan is { Steps.Count: > 0 } ? plan : null), json);
        return DeprovisionerCommands.Done;
    }

    /// <summary>What the person's open mover has still to take away; null: none is open.</summary>
    private static async Task<IReadOnlySet<SystemEntitlement>?> Outstanding(DeprovisionerContext context, string person, CancellationToken cancellationToken)
    {
        var open = await context.Sagas.Include(s => s.Steps)
            .Where(s => s.PersonId == person && s.Kind == "mover" && s.Status != "completed" && s.Status != "cancelled")
            .ToListAsync(cancellationToken);
        return open.Count == 0 ? null : open.SelectMany(s => s.Steps)
            .Where(step => step.Status is not ("succeeded" or "cancelled"))
            .SelectMany(step => (SelectionText.Parse(step.Selection)?.Remove ?? []).Select(entitlement => new SystemEntitlement(new SystemName(step.System), entitlement)))
            .ToHashSet();
    }

    private static void Print(Preview preview, bool json)
    {
        var (employment, before, after, why, policy, change, plan) = preview;
        if (json)
        {
            Terminal.Json(new
            {
                person = employment.PersonId,
                employment = employment.EmploymentId,
                @event = "transferred",
                from = before,
                to = after,
                policy = policy?.Name,
                why,
                lost = change.Lost.Select(Shown),
                kept = change.Kept.Select(Shown),
                gained = change.Gained.Select(Shown),
                unexplained = EnumText.Of(policy?.Unexplained ?? UnexplainedEntitlements.Keep),
                plan?.EffectiveAt,
                plan?.EffectiveBasis,
                planHash = plan?.Hash(),
                stages = plan?.Stages.Select(stage => new
                {
                    stage.Name,
                    opensAt = plan.EffectiveAt + stage.After,
                    deadline = plan.EffectiveAt + stage.After + stage.Within,
                    stage.ApprovalRequired,
                    steps = plan.Steps.Where(s => s.Stage == stage.Ordinal).Select(s => new { system = s.System.Value, action = EnumText.Of(s.Action), s.Instruction, s.Selection }),
                }),
            });
            return;
        }

        Terminal.Line($"If employment {employment.EmploymentId} of {employment.PersonId} moved from {Words(before)} to {Words(after)}:");
        foreach (var line in why)
        {
            Terminal.Line("  " + line);
        }

        Terminal.Table(
            "No role justifies anything before or after.", ["access", "system", "entitlement", "roles"],
            [.. Rows("lost", change.Lost), .. Rows("kept", change.Kept), .. Rows("gained (not granted by us)", change.Gained)]);
        if (plan is null)
        {
            Terminal.Line(policy is null ? "No policy matches: no access would change." : "No access would change.");
            return;
        }

        Terminal.Line($"What is lost would be taken away from {Terminal.Time(plan.EffectiveAt)} ({plan.EffectiveBasis}); entitlements that no role explains: {EnumText.Of(policy!.Unexplained)}.");
        Terminal.Table("There is no step.", ["#", "stage", "opens", "deadline", "system", "action", "what"], plan.Steps.Select(step =>
        {
            var stage = plan.Stages[step.Stage];
            return new[]
            {
                step.Ordinal.ToString(), stage.Name + (stage.ApprovalRequired ? " (approval)" : ""), Terminal.Time(plan.EffectiveAt + stage.After),
                Terminal.Time(plan.EffectiveAt + stage.After + stage.Within), step.System.Value, EnumText.Of(step.Action), step.Selection is { } selection ? SelectionWords.Of(selection) : step.Instruction,
            };
        }));
        Terminal.Line("Nothing was done.");
    }

    private static IEnumerable<string[]> Rows(string access, IReadOnlyList<JustifiedEntitlement> entitlements)
        => entitlements.Select(one => new[] { access, one.Entitlement.System.Value, one.Entitlement.Entitlement, string.Join(", ", one.Roles) });

    private static object Shown(JustifiedEntitlement one) => new { system = one.Entitlement.System.Value, entitlement = one.Entitlement.Entitlement, one.Roles };

    private static string Words(Assignment assignment)
        => string.Join(", ", new[] { assignment.Department, assignment.Title, assignment.Location, assignment.WorkerType }.Where(word => word is not null)) is { Length: > 0 } words ? words : "nothing known";

    private static Assignment AssignmentOf(EmploymentEntity employment)
        => new(employment.Department, employment.Title, employment.Location, employment.ManagerId is { } manager ? new PersonId(manager) : null, employment.WorkerType);

    private sealed record Preview(EmploymentEntity Employment, Assignment Before, Assignment After, IReadOnlyList<string> Why, Policy? Policy, AccessChange Change, Plan? Plan);
}
