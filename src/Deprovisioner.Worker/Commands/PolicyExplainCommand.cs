using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Model;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Settings;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>policy explain</c>: which policy an event would get, and why. Nothing is done.</summary>
internal static class PolicyExplainCommand
{
    public static Command Create(TimeProvider clock)
    {
        var person = new Argument<string?>("PERSON") { Arity = ArgumentArity.ZeroOrOne, Description = "The id of a person whom the registry knows; not needed with an event from a file." };
        var what = new Option<string>("--event") { Description = $"A file with one HR event, or its kind: {string.Join(", ", PolicyMatcher.EventNames)}.", DefaultValueFactory = _ => "terminated" };
        var reason = new Option<string?>("--reason") { Description = "The event's reason: voluntary, involuntary, misconduct …" };
        var lastDay = new Option<DateOnly?>("--last-day") { Description = "The last day of work, such as 2026-11-30; at once unless told." };
        var urgent = new Option<bool>("--urgent") { Description = "As an urgent event." };
        var source = new Option<string>("--source") { Description = "The event's source.", DefaultValueFactory = _ => "policy explain" };
        var config = new Option<string?>("--config") { Description = "Another configuration file, to be tried before it is put in force." };
        var json = Terminal.JsonOption();
        var command = new Command("explain", "Show which policy an event would get: each policy tried and why not, the steps' conditions, the time and what was assumed. Nothing is done.")
        {
            person, what, reason, lastDay, urgent, source, config, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = CommandServices.Settings();
            var path = parsed.GetValue(config) ?? settings.ConfigPath;
            var configuration = ConfigurationFile.Load(path);
            var now = clock.GetUtcNow();
            var kind = parsed.GetValue(what)!;
            HrEvent hrEvent;
            EmploymentEntity? known = null;
            if (PolicyMatcher.EventNames.Contains(kind))
            {
                if (parsed.GetValue(person) is not { } id)
                {
                    Terminal.Error("name a PERSON, or a file with an event: --event FILE.");
                    return DeprovisionerCommands.WrongUsage;
                }

                known = await Employment(id, null, cancellationToken);
                if (known is null)
                {
                    Terminal.Error($"nobody is known by the id {id}.");
                    return DeprovisionerCommands.Failed;
                }

                hrEvent = new HrEvent
                {
                    Source = parsed.GetValue(source)!,
                    Id = "explain",
                    Type = HrEventTypes.All.First(type => PolicyMatcher.EventNameOf(type) == kind),
                    Time = now,
                    PersonId = new PersonId(id),
                    EmploymentId = new EmploymentId(known.EmploymentId),
                    Reason = parsed.GetValue(reason),
                    LastDay = parsed.GetValue(lastDay),
                    Urgent = parsed.GetValue(urgent),
                };
            }
            else if (HrEventParser.Parse(await File.ReadAllBytesAsync(kind, cancellationToken)) is HrEventParse.Valid valid)
            {
                hrEvent = valid.Event;
                if (hrEvent.Assignment is null && settings.Database is not null)
                {
                    known = await Employment(hrEvent.PersonId.Value, hrEvent.EmploymentId.Value, cancellationToken);
                }
            }
            else
            {
                Terminal.Error($"{kind} is neither a kind of event nor a file with a valid one: 'deprovisioner publish' would put it into quarantine.");
                return DeprovisionerCommands.Failed;
            }

            var current = known is null ? null : new Assignment(known.Department, known.Title, known.Location, known.ManagerId is { } manager ? new PersonId(manager) : null, known.WorkerType);
            var placed = hrEvent with { TimeZone = hrEvent.TimeZone ?? known?.TimeZone };
            var explanation = PolicyExplanation.Of(configuration, new SystemActions(configuration.Systems, ConnectorCatalogue.DescriptionsOf(KnownConnectors.Beside(path))), placed, current, now);
            Print(configuration, placed, hrEvent.Assignment ?? current, hrEvent.Assignment is null, explanation, parsed.GetValue(json));
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    /// <summary>The employment of this id, else one that has not ended, else the last.</summary>
    private static async Task<EmploymentEntity?> Employment(string person, string? employment, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.WithDatabase();
        await using var context = await services.Context(cancellationToken);
        var all = await context.Employments.Where(e => e.PersonId == person && (employment == null || e.EmploymentId == employment)).OrderBy(e => e.EmploymentId).ToListAsync(cancellationToken);
        return all.Find(e => e.Status != "terminated") ?? (all.Count > 0 ? all[^1] : null);
    }

    private static void Print(Configuration configuration, HrEvent hrEvent, Assignment? assignment, bool isFromRegistry, PolicyExplanation explanation, bool json)
    {
        var from = assignment is null ? "not known" : isFromRegistry ? "from the registry" : "from the event";
        if (json)
        {
            Terminal.Json(new
            {
                @event = PolicyMatcher.EventNameOf(hrEvent.Type),
                person = hrEvent.PersonId.Value,
                employment = hrEvent.EmploymentId.Value,
                assignment = assignment is null ? null : new { assignment.Department, assignment.Title, assignment.Location, managerId = assignment.ManagerId?.Value, assignment.WorkerType },
                assignmentIs = from,
                configuration = configuration.Version,
                tried = explanation.Tried,
                policy = explanation.Plan?.Policy,
                effectiveAt = explanation.Effective.At,
                effectiveBasis = explanation.Effective.Basis,
                conditions = explanation.Steps.Select(s => new { s.Stage, system = System(s.Step), action = EnumText.Of(s.Step.Action), when = PolicyMatcher.Met(s.Step.When!), met = s.Unmet is null, s.Unmet }),
                note = Note(hrEvent),
                stages = explanation.Plan?.Stages.Select(s => new
                {
                    s.Name,
                    steps = explanation.Plan.Steps.Count(x => x.Stage == s.Ordinal),
                    opensAt = explanation.Effective.At + s.After,
                    deadline = explanation.Effective.At + s.After + s.Within,
                    s.ApprovalRequired,
                    irreversible = Irreversible(explanation.Plan, s),
                }),
            });
            return;
        }

        Terminal.Line($"{PolicyMatcher.EventNameOf(hrEvent.Type)} of {hrEvent.PersonId}, employment {hrEvent.EmploymentId}; the assignment is {from}; configuration {configuration.Version[..12]}");
        foreach (var line in explanation.Tried)
        {
            Terminal.Line("  " + line);
        }

        if (Note(hrEvent) is { } note)
        {
            Terminal.Line(note);
        }

        Terminal.Line($"It would take effect {TimeText.Of(explanation.Effective.At)} ({explanation.Effective.Basis}).");
        if (explanation.Plan is not { } plan)
        {
            Terminal.Line("No policy applies: nothing would be planned by one.");
            return;
        }

        foreach (var step in explanation.Steps)
        {
            Terminal.Line($"  {step.Stage}: {System(step.Step)} {EnumText.Of(step.Step.Action)} when {PolicyMatcher.Met(step.Step.When!)}: {(step.Unmet is null ? "met" : $"left out, {step.Unmet}")}");
        }

        Terminal.Table("The policy plans no step for this: a person would have to decide.", ["stage", "steps", "opens", "deadline", "approval", "cannot be undone"], plan.Stages.Select(s => new[]
        {
            s.Name, plan.Steps.Count(x => x.Stage == s.Ordinal).ToString(), TimeText.Of(plan.EffectiveAt + s.After), TimeText.Of(plan.EffectiveAt + s.After + s.Within), s.ApprovalRequired ? "required" : "", string.Join(", ", Irreversible(plan, s)),
        }));
        Terminal.Line("Nothing was done.");
    }

    /// <summary>What a policy's stages alone do not tell.</summary>
    private static string? Note(HrEvent hrEvent)
        => hrEvent.Type switch
        {
            HrEventTypes.Changed => "No policy for changed runs anything: a new end date is answered by the policy for terminated, another assignment by the one for transferred.",
            HrEventTypes.Transferred => "Of these steps those run that have something to take away: 'deprovisioner plan' says for one person which.",
            HrEventTypes.Hired or HrEventTypes.TerminationRescinded or HrEventTypes.LeaveEnded => "Of these steps those run for which something was taken before: 'deprovisioner plan' says for one person which.",
            _ => null,
        };

    private static IEnumerable<string> Irreversible(Plan plan, PlannedStage stage)
        => plan.Steps.Where(s => s.Stage == stage.Ordinal && (s.Reversible ?? Reversibility.Of(s.Action)) == Reversibility.No).Select(s => EnumText.Of(s.Action)).Distinct();

    private static string System(PolicyStep step) => step.System?.Value ?? "*";
}
