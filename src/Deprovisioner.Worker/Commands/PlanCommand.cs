using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Previewing;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>plan</c>: what an event would do to a person as they stand, decided as it would be. Nothing is done.</summary>
internal static class PlanCommand
{
    public static Command Create(TimeProvider clock)
    {
        var person = new Argument<string?>("PERSON") { Arity = ArgumentArity.ZeroOrOne, Description = "The person's id; not needed with an event from a file." };
        var options = new PlanOptions();
        var json = Terminal.JsonOption();
        var command = new Command("plan", "Show what would happen if this person left, or if another HR event came: what and when, why, who must decide, what cannot be undone. Nothing is done.") { person };
        options.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationFile.Load(CommandServices.Settings().ConfigPath);
            await using var services = CommandServices.WithDatabase(clock);
            var (events, obstacle) = options.File(parsed) is { } file
                ? await FromFile(file, parsed.GetValue(person), cancellationToken)
                : await FromOptions(services, parsed, parsed.GetValue(person), cancellationToken);
            if (obstacle is not null)
            {
                Terminal.Error(obstacle);
                return parsed.GetValue(person) is null && options.File(parsed) is null ? DeprovisionerCommands.WrongUsage : DeprovisionerCommands.Failed;
            }

            var facts = await services.GetRequiredService<PreviewReader>().Read(events[0], configuration, cancellationToken);
            var plan = new Preview(configuration, new SystemActions(configuration.Systems, ConnectorCatalogue.Descriptions)).Of(facts, events);
            if (parsed.GetValue(json))
            {
                Terminal.Json(plan);
                return DeprovisionerCommands.Done;
            }

            foreach (var line in PlanText.Of(plan))
            {
                Terminal.Line(line);
            }

            return DeprovisionerCommands.Done;
        });
        return command;

        async Task<(IReadOnlyList<HrEvent> Events, string? Obstacle)> FromOptions(ServiceProvider services, ParseResult parsed, string? id, CancellationToken cancellationToken)
        {
            if (id is null)
            {
                return ([], "name a PERSON, or a file with an event: --event FILE.");
            }

            await using var context = await services.Context(cancellationToken);
            var known = await context.Persons.FirstOrDefaultAsync(p => p.PersonId == id, cancellationToken);
            var employments = await context.Employments.Where(e => e.PersonId == id).OrderBy(e => e.EmploymentId).ToListAsync(cancellationToken);
            return options.Events(parsed, id, known, employments, clock.GetUtcNow());
        }
    }

    private static async Task<(IReadOnlyList<HrEvent> Events, string? Obstacle)> FromFile(string file, string? person, CancellationToken cancellationToken)
        => !File.Exists(file) ? ([], $"{file} is neither a kind of event nor a file.")
            : HrEventParser.Parse(await File.ReadAllBytesAsync(file, cancellationToken)) switch
            {
                HrEventParse.Valid valid when person is null || valid.Event.PersonId.Value == person => ([valid.Event], null),
                HrEventParse.Valid valid => ([], $"the event in {file} is about {valid.Event.PersonId}, and not about {person}."),
                HrEventParse.Invalid invalid => ([], $"the event in {file} would be put into quarantine: {invalid.Detail}"),
                _ => ([], $"{file} holds no event."),
            };
}
