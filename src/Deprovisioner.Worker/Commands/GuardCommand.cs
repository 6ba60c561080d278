using System.CommandLine;
using System.Text.Json;
using Deprovisioner.Core.Guarding;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Settings;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>guard status</c>, <c>guard list</c>, <c>guard announce</c>, <c>guard approve</c> and <c>guard ask</c></summary>
internal static class GuardCommand
{
    public static Command Create() => new("guard", "The guard against mass terminations.") { Status(), List(), Announce(), Approve(), AskAgain() };

    private static Command Status()
    {
        var json = Terminal.JsonOption();
        var command = new Command("status", "Show the limit, who counts within the window, and how many are held.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = ConfigurationFile.Load(CommandServices.Settings().ConfigPath).Guard;
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var now = TimeProvider.System.GetUtcNow();
            var since = now - (settings ?? new GuardSettings()).Window;
            var active = await context.Employments.Where(e => e.Status != "terminated").Select(e => e.PersonId).Distinct().CountAsync(cancellationToken);
            var leavers = await context.GuardTransitions.Where(t => t.Live && t.At > since).ToListAsync(cancellationToken);
            var heldBy = await context.Sagas.Where(s => s.Status == "held").Select(s => s.Holds).ToListAsync(cancellationToken);
            var held = heldBy.Count(h => h.Contains("\"guard\"", StringComparison.Ordinal));
            var layoffs = await context.GuardAnnouncements.CountAsync(a => a.ApprovedAt != null && a.EndsAt > now, cancellationToken);
            var headCount = active + leavers.Select(t => t.PersonId).Distinct().Count();
            var limit = settings?.Limit(headCount);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new { configured = settings is not null, settings?.Window, leavers = leavers.Count, limit, headCount, held, announcements = layoffs });
            }
            else
            {
                Terminal.Line(settings is null
                    ? $"No guard is configured: any number of people may leave at once. {leavers.Count} left in the last 24 hours."
                    : $"{leavers.Count} leavers, announced ones too, since {TimeText.Of(since)}; the limit is {limit}, with a head count of {headCount}.");
                Terminal.Line($"{held} held by the guard; {layoffs} approved announcements.");
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
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var rows = await context.GuardAnnouncements.OrderByDescending(a => a.AnnouncementId).Take(200).ToListAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(rows);
            }
            else
            {
                Terminal.Table("No layoff was announced.", ["#", "size", "from", "until", "announced by", "why", "approved by"], rows.Select(a => new[]
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
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var details = JsonSerializer.Serialize(new { size = parsed.GetValue(size), from = Midnight(parsed.GetValue(from)), until = Midnight(parsed.GetValue(until).AddDays(1)) });
            return await ActCommands.Ask(context, [by.Act(parsed, "guard-announce", details: details)], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    private static Command Approve()
    {
        var id = new Argument<long>("ID") { Description = "The announcement's number in 'guard list'." };
        var command = new Command("approve", "Agree to an announced layoff. Whoever announced it cannot.") { id };
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            return await ActCommands.Ask(context, [by.Act(parsed, "guard-approve", target: parsed.GetValue(id))], parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    private static Command AskAgain()
    {
        var command = new Command("ask", "Ask the guard again about every leaver that is on the way, after a limit was lowered for instance. Whoever does not pass is held.");
        var by = ActCommands.By.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var open = await context.Sagas.Where(s => s.Kind == "leaver" && s.Status != "completed" && s.Status != "cancelled" && s.Status != "held").OrderBy(s => s.PlannedAt).Select(s => s.SagaId).ToListAsync(cancellationToken);
            return await ActCommands.Ask(context, open.Select(saga => by.Act(parsed, "ask", saga: saga)), parsed.GetValue(by.Json), cancellationToken);
        });
        return command;
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
