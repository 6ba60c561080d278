using System.CommandLine;
using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Previewing;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Worker.Commands.Server;
using Deprovisioner.Worker.Settings;
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
            var (id, file) = (parsed.GetValue(person), options.File(parsed));
            if (id is null && file is null)
            {
                Terminal.Error("name a PERSON, or a file with an event: --event FILE.");
                return DeprovisionerCommands.WrongUsage;
            }

            var (plan, obstacle) = parsed.GetValue(ServerOption.Option) is null
                ? await ByFile(id, file, options, parsed, clock, cancellationToken)
                : await ByServer(id, file, options, parsed, cancellationToken);
            if (plan is null)
            {
                Terminal.Error(obstacle == PlanQuestion.NobodyKnown(id!) ? $"{obstacle} Say who it is with --email or --user-name, or give a file with an event: --event FILE." : obstacle!);
                return DeprovisionerCommands.Failed;
            }

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
    }

    /// <summary>By the organisation's file here, which need not be in force yet.</summary>
    private static async Task<PlanAnswer> ByFile(string? person, string? file, PlanOptions options, ParseResult parsed, TimeProvider clock, CancellationToken cancellationToken)
    {
        var path = CommandServices.Settings().ConfigPath;
        var configuration = ConfigurationFile.Load(path);
        await using var services = CommandServices.WithDatabase(clock);
        await using var context = await services.Context(cancellationToken);
        var (events, obstacle) = file is not null ? await FromFile(file, person, cancellationToken) : await options.Question(parsed, person!).Events(context, clock.GetUtcNow(), cancellationToken);
        return obstacle is not null
            ? new(null, obstacle)
            : new(new Preview(configuration, new SystemActions(configuration.Systems, ConnectorCatalogue.DescriptionsOf(KnownConnectors.Beside(path)))).Of(await services.GetRequiredService<PreviewReader>().Read(events[0], configuration, cancellationToken), events), null);
    }

    /// <summary>By the configuration in force.</summary>
    private static async Task<PlanAnswer> ByServer(string? person, string? file, PlanOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (file is not null || person is null)
        {
            return new(null, "a console takes no event from a file: say what kind of event it is, such as --event terminated.");
        }

        await using var services = CommandServices.WithOperations(parsed);
        return await services.GetRequiredService<IOperations>().Plan(options.Question(parsed, person), cancellationToken);
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
