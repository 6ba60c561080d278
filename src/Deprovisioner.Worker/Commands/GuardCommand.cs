using System.CommandLine;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>guard status</c>, <c>guard list</c>, <c>guard announce</c>, <c>guard approve</c> and <c>guard ask</c></summary>
internal static class GuardCommand
{
    private const int MostLayoffs = 200;

    public static Command Create() => new("guard", "The guard against mass terminations.") { Status(), List(), Announce(), Approve(), AskAgain() };

    private static Command Status()
    {
        var json = Terminal.JsonOption();
        var command = new Command("status", "Show the limit that is in force, who counts within the window, and how many are held.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var guard = await services.GetRequiredService<IOperations>().Guard(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(guard);
            }
            else
            {
                Terminal.Line(guard.Window is { } window
                    ? $"{guard.Leavers} leavers, announced ones too, since {TimeText.Of(TimeProvider.System.GetUtcNow() - window)}; the limit is {guard.Limit}, with a head count of {guard.HeadCount}."
                    : $"No guard is configured: any number of people may leave at once. {guard.Leavers} left in the last 24 hours.");
                Terminal.Line($"{guard.Held} held by the guard; {guard.Announcements} approved announcements.");
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command List()
    {
        var json = Terminal.JsonOption();
        var command = new Command("list", "List announced layoffs, the newest first.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var layoffs = (await services.GetRequiredService<IOperations>().Layoffs(new PageRequest(MostLayoffs), cancellationToken)).Items;
            if (parsed.GetValue(json))
            {
                Terminal.Json(layoffs);
            }
            else
            {
                Terminal.Table("No layoff was announced.", ["#", "size", "from", "until", "announced by", "why", "approved by"], layoffs.Select(a => new[]
                {
                    a.AnnouncementId.ToString(), a.Size.ToString(), TimeText.Of(a.StartsAt), TimeText.Of(a.EndsAt), a.AskedBy, a.Why, a.ApprovedBy ?? "nobody yet: it does not count",
                }));
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Announce()
    {
        var size = new Option<int>("--size") { Required = true, Description = "At most so many leavers." };
        var from = new Option<DateOnly>("--from") { Required = true, Description = "The first day (UTC) on which their access ends, such as 2026-11-30." };
        var until = new Option<DateOnly>("--until") { Required = true, Description = "The last such day." };
        var command = new Command("announce", "Announce a layoff. It counts once another person approves it.") { size, from, until };
        var by = ActCommands.By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ActCommands.Ask(
            parsed, by, ActRequest.AnnounceLayoff(by.Of(parsed), parsed.GetValue(size), Midnight(parsed.GetValue(from)), Midnight(parsed.GetValue(until).AddDays(1))), cancellationToken));
        return command;
    }

    private static Command Approve()
    {
        var id = new Argument<long>("ID") { Description = "The announcement's number in 'guard list'." };
        var command = new Command("approve", "Agree to an announced layoff. Whoever announced it cannot.") { id };
        var by = ActCommands.By.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ActCommands.Ask(parsed, by, ActRequest.ApproveLayoff(by.Of(parsed), parsed.GetValue(id)), cancellationToken));
        return command;
    }

    private static Command AskAgain()
    {
        var command = new Command("ask", "Ask the guard again about every leaver that is on the way, after a limit was lowered for instance. Whoever does not pass is held.");
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var open = await OnTheWay(operations, cancellationToken);
            return await ActCommands.Ask(operations, [.. open.Select(saga => ActRequest.AskGuard(by.Of(parsed), saga))], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    /// <summary>Leaver sagas that are neither over nor held, those that were planned first first: the guard answers in that order.</summary>
    private static async Task<IReadOnlyList<Guid>> OnTheWay(IOperations operations, CancellationToken cancellationToken)
    {
        var open = new List<SagaLine>();
        foreach (var status in new[] { "scheduled", "running", "needs-attention" })
        {
            await foreach (var saga in Pages.All(page => operations.Sagas(new SagaFilter(Status: status, Kind: "leaver"), page, cancellationToken)))
            {
                open.Add(saga);
            }
        }

        return [.. open.OrderBy(saga => saga.PlannedAt).ThenByDescending(saga => saga.SagaId).Select(saga => saga.SagaId)];
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
