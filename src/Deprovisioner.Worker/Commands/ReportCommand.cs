using System.CommandLine;
using System.Globalization;
using System.Text;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>report</c></summary>
internal static class ReportCommand
{
    /// <summary>More leavers than this are not printed for people; files have all.</summary>
    private const int MostLines = 200;

    public static Command Create()
    {
        var from = new Option<DateOnly>("--from") { Required = true, Description = "The first day (UTC) on which their access ended, such as 2026-11-01." };
        var until = new Option<DateOnly>("--until") { Required = true, Description = "The last such day." };
        var csv = new Option<string?>("--csv") { Description = "Write one row for each leaver to this file; - for standard output." };
        var json = Terminal.JsonOption();
        var command = new Command("report", "Who left in a period, how fast their access ended, and how long they had access that they should not have had.") { from, until, csv, json };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(until) < parsed.GetValue(from))
            {
                parsed.AddError("--until is before --from.");
            }
            else if (parsed.GetValue(csv) is not null && parsed.GetValue(json))
            {
                parsed.AddError("--csv or --json, not both.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var (begin, end) = (Midnight(parsed.GetValue(from)), Midnight(parsed.GetValue(until).AddDays(1)));
            var leavers = operations.Leavers(begin, end, cancellationToken);
            if (parsed.GetValue(csv) is { } file)
            {
                await Csv(file, leavers, cancellationToken);
                return DeprovisionerCommands.Done;
            }

            var summary = await operations.LeaverSummary(begin, end, cancellationToken);
            if (parsed.GetValue(json))
            {
                await Json(summary, leavers);
            }
            else
            {
                await Print(summary, leavers);
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static async Task Csv(string file, IAsyncEnumerable<LeaverLine> leavers, CancellationToken cancellationToken)
    {
        if (file == "-")
        {
            await LeaverCsv.Write(Console.Out, leavers, cancellationToken);
            return;
        }

        await using var output = new StreamWriter(file, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await LeaverCsv.Write(output, leavers, cancellationToken);
    }

    /// <summary>One document, written as it comes: there may be very many.</summary>
    private static async Task Json(LeaverSummary summary, IAsyncEnumerable<LeaverLine> leavers)
    {
        await Console.Out.WriteLineAsync($"{{\n\"summary\": {Terminal.JsonText(summary)},\n\"leavers\": [");
        var separator = "";
        await foreach (var leaver in leavers)
        {
            await Console.Out.WriteLineAsync(separator + Terminal.JsonText(leaver));
            separator = ",";
        }

        await Console.Out.WriteLineAsync("]\n}");
    }

    private static async Task Print(LeaverSummary summary, IAsyncEnumerable<LeaverLine> leavers)
    {
        var shown = new List<LeaverLine>();
        await foreach (var leaver in leavers)
        {
            shown.Add(leaver);
            if (shown.Count == MostLines)
            {
                break;
            }
        }

        Terminal.Table("Nobody's access ended then.", ["person", "policy", "effective", "contained", "took", "completed", "late", "exposure", "by hand", "residual until", "saga"], shown.Select(l => new[]
        {
            l.PersonId + (l.Urgent ? " !" : ""), l.Policy, TimeText.Of(l.EffectiveAt), TimeText.Of(l.ContainedAt), TimeText.Of(l.TimeToContain), TimeText.Of(l.CompletedAt), string.Join(", ", l.LateStages), Hours(l.ExposureHours), l.StepsByHand.ToString(), TimeText.Of(l.ResidualUntil),
            l.SagaId.ToString(),
        }));
        if (summary.Leavers > shown.Count)
        {
            Terminal.Line($"{shown.Count} of {summary.Leavers} leavers are shown; --csv FILE has all.");
        }

        Terminal.Line($"{summary.Leavers} leavers, {summary.Urgent} of them urgent; of {summary.Completed} everything is done, {summary.Late} missed a deadline.");
        if (summary is { P50: { } half, P95: { } most })
        {
            Terminal.Line($"Time to contain: half within {TimeText.Of(half)}, 95 of 100 within {TimeText.Of(most)}. Live access after the effective time: {Hours(summary.ExposureHours)}, of all systems together.");
        }

        Terminal.Line($"{summary.LicencesReclaimed} licences came back; {summary.StepsByHand} steps were done by hand.");
        if (summary.NotContained > 0)
        {
            Terminal.Line($"{summary.NotContained} more should have lost their access in that time and have not: see 'sagas list'.");
        }
    }

    private static string Hours(double hours) => hours.ToString("0.0 'h'", CultureInfo.InvariantCulture);

    private static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
