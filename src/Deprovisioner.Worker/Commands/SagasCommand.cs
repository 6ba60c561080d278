using System.CommandLine;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>sagas list</c> and <c>sagas show</c></summary>
internal static class SagasCommand
{
    public static Command Create() => new("sagas", "Look at sagas.") { List(), Show() };

    private static Command List()
    {
        var filter = new SagaOptions(TimeProvider.System.GetUtcNow());
        var part = new PartOptions();
        var json = Terminal.JsonOption();
        var command = new Command("list", "List sagas, the newest first.");
        filter.AddTo(command);
        part.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var page = await services.GetRequiredService<IOperations>().Sagas(filter.Of(parsed), part.Of(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(page);
                return DeprovisionerCommands.Done;
            }

            Terminal.Table("No sagas.", ["saga", "kind", "person", "status", "steps", "policy", "effective", "contained", "access ended", "late"], page.Items.Select(s => new[]
            {
                s.SagaId.ToString(), s.Kind + (s.Urgent ? "!" : ""), s.PersonId, s.Status, $"{s.Settled}/{s.Steps}{(s.Observed > 0 ? $" ({s.Observed} observed)" : "")}", s.Policy,
                TimeText.Of(s.EffectiveAt), TimeText.Of(s.ContainedAt), AccessWords.Ended(s),
                string.Join(", ", s.Late.Select(stage => $"{stage.Stage} {TimeText.Of(stage.LateBy!.Value)}")),
            }));
            PartOptions.TellOfMore(page.Next);
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
            await using var services = CommandServices.WithOperations(parsed);
            var wanted = parsed.GetValue(id);
            if (await services.GetRequiredService<IOperations>().Saga(wanted, cancellationToken) is not { } saga)
            {
                Terminal.Error($"there is no saga {wanted}.");
                return DeprovisionerCommands.Failed;
            }

            if (parsed.GetValue(json))
            {
                Terminal.Json(saga);
            }
            else
            {
                SagaWords.Print(saga);
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }
}
