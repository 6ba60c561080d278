using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Worker.Settings;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>plan</c>: what a termination, or a transfer, would do. Nothing is done.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var person = new Argument<string>("PERSON") { Description = "The person's id." };
        var reason = new Option<string?>("--reason") { Description = "The termination's reason: voluntary, involuntary, misconduct …" };
        var lastDay = new Option<DateOnly?>("--last-day") { Description = "The last day of work, such as 2026-11-30; at once unless told." };
        var urgent = new Option<bool>("--urgent") { Description = "As an urgent termination." };
        var transfer = new TransferOptions();
        var json = Terminal.JsonOption();
        var command = new Command("plan", "Show what would happen if this person left, or moved: stages, steps, systems and times. Nothing is done.") { person, reason, lastDay, urgent, json };
        transfer.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationFile.Load(CommandServices.Settings().ConfigPath);
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var id = parsed.GetValue(person)!;
            var employments = await context.Employments.Where(e => e.PersonId == id).OrderBy(e => e.EmploymentId).ToListAsync(cancellationToken);
            if (employments.Count == 0)
            {
                Terminal.Error($"nobody is known by the id {id}.");
                return DeprovisionerCommands.Failed;
            }

            if (transfer.IsAskedFor(parsed))
            {
                return await TransferPlan.Show(configuration, context, employments, transfer.Of(parsed, parsed.GetValue(reason), parsed.GetValue(urgent)), parsed.GetValue(json), cancellationToken);
            }

            var employment = employments.Find(e => e.Status != "terminated") ?? employments[^1];
            var now = TimeProvider.System.GetUtcNow();
            var termination = new HrEvent
            {
                Source = "plan",
                Id = "plan",
                Type = HrEventTypes.Terminated,
                Time = now,
                PersonId = new PersonId(id),
                EmploymentId = new EmploymentId(employment.EmploymentId),
                Assignment = new Assignment(employment.Department, employment.Title, employment.Location, employment.ManagerId is { } manager ? new PersonId(manager) : null, employment.WorkerType),
                TimeZone = employment.TimeZone,
                LastDay = parsed.GetValue(lastDay),
                Reason = parsed.GetValue(reason),
                Urgent = parsed.GetValue(urgent),
            };
            var why = PolicyMatcher.Explain(configuration, termination, null, out var policy);
            if (policy is null)
            {
                Terminal.Error("no policy matches, so the termination would be held for a person:");
                foreach (var line in why)
                {
                    Terminal.Error("  " + line);
                }

                return DeprovisionerCommands.Failed;
            }

            var effective = EffectiveTime.Resolve(termination, policy, configuration.Defaults, now);
            var plan = Planner.Plan(configuration, policy, new SystemActions(configuration.Systems, ConnectorCatalogue.Descriptions), effective.At, effective.Basis, termination.Urgent);
            var observed = configuration.Systems.Where(s => s.Observe).Select(s => s.Name).ToHashSet();
            var isProtected = configuration.Protected.Covers(termination.PersonId);
            Print(plan, observed, isProtected, why, id, employment.EmploymentId, parsed.GetValue(json));
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static void Print(Plan plan, HashSet<SystemName> observed, bool isProtected, IReadOnlyList<string> why, string person, string employment, bool json)
    {
        if (json)
        {
            Terminal.Json(new
            {
                person,
                employment,
                plan.Policy,
                plan.PolicyVersion,
                why,
                plan.EffectiveAt,
                plan.EffectiveBasis,
                plan.Urgent,
                isProtected,
                planHash = plan.Hash(),
                stages = plan.Stages.Select(stage => new
                {
                    stage.Name,
                    opensAt = plan.EffectiveAt + stage.After,
                    deadline = plan.EffectiveAt + stage.After + stage.Within,
                    stage.ApprovalRequired,
                    steps = plan.Steps.Where(s => s.Stage == stage.Ordinal)
                        .Select(s => new { system = s.System.Value, action = EnumText.Of(s.Action), s.Instruction, s.Owner, reversible = Reversible(s), s.Needs, observed = observed.Contains(s.System) }),
                }),
            });
            return;
        }

        Terminal.Line($"If employment {employment} of {person} ended {(plan.Urgent ? "urgently " : "")}now, policy {plan.Policy} would apply:");
        foreach (var line in why)
        {
            Terminal.Line("  " + line);
        }

        if (isProtected)
        {
            Terminal.Line("The person is protected: nothing would run until somebody releases it.");
        }

        if (plan.Steps.Any(step => observed.Contains(step.System)))
        {
            Terminal.Line(plan.Steps.All(step => observed.Contains(step.System)) ? "Every system is only observed: nothing would be changed." : "Nothing would be changed on systems that are only observed.");
        }

        Terminal.Line($"Access would end {Terminal.Time(plan.EffectiveAt)} ({plan.EffectiveBasis}).");
        Terminal.Table("No configured system supports any of its actions.", ["#", "stage", "opens", "deadline", "system", "action", "can be undone", "waits for"], plan.Steps.Select(step =>
        {
            var stage = plan.Stages[step.Stage];
            return new[]
            {
                step.Ordinal.ToString(), stage.Name + (stage.ApprovalRequired ? " (approval)" : ""), Terminal.Time(plan.EffectiveAt + stage.After),
                Terminal.Time(plan.EffectiveAt + stage.After + stage.Within), step.System.Value + (observed.Contains(step.System) ? " (observe)" : ""), EnumText.Of(step.Action), Reversible(step), string.Join(", ", step.Needs.Select(n => $"#{n}")),
            };
        }));
        Terminal.Line("Nothing was done.");
    }

    private static string Reversible(PlannedStep step) => (step.Reversible ?? Reversibility.Of(step.Action)).ToString();
}
