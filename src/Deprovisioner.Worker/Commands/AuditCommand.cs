using System.CommandLine;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>audit verify</c> and <c>audit export</c></summary>
internal static class AuditCommand
{
    /// <summary>So many faults are printed; the number is always told in full.</summary>
    private const int MostShown = 100;

    public static Command Create() => new("audit", "Check the audit, and take rows out of it.") { Verify(), Export(TimeProvider.System.GetUtcNow()) };

    private static Command Verify()
    {
        var json = Terminal.JsonOption();
        var verify = new Command("verify", "Recompute the whole audit and name every row that was changed, removed or reordered. Exit code 1 where there is one.") { json };
        verify.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var progress = Console.IsErrorRedirected ? null : new Progress<long>(rows => Console.Error.Write($"\r{rows:N0} rows read "));
            var result = await services.GetRequiredService<IOperations>().VerifyAudit(progress, cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new { result.Rows, result.Streams, result.Faults });
            }
            else
            {
                Print(result);
            }

            return result.Faults.Count == 0 ? DeprovisionerCommands.Done : DeprovisionerCommands.Failed;
        });
        return verify;
    }

    /// <param name="now">From when spans of time count back.</param>
    private static Command Export(DateTimeOffset now)
    {
        var saga = new Option<Guid?>("--saga") { Description = "Only this saga's stream." };
        var person = new Option<string?>("--person") { Description = "Only the streams of this person's sagas." };
        var from = TimeOptions.TimeOrSpan("--from", "Only what was recorded since then", now);
        var until = TimeOptions.TimeOrSpan("--until", "Only what was recorded before then", now);
        var export = new Command("export", "Print rows of the audit with their evidence, oldest first, as JSON: one row a line.") { saga, person, from, until };
        export.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var operations = services.GetRequiredService<IOperations>();
            var filter = new AuditFilter(parsed.GetValue(saga), parsed.GetValue(person), From: parsed.GetValue(from), Until: parsed.GetValue(until), OldestFirst: true);
            await foreach (var row in Pages.All(page => operations.AuditRows(filter, page, cancellationToken)))
            {
                Terminal.JsonLine(row);
            }

            return DeprovisionerCommands.Done;
        });
        return export;
    }

    private static void Print(AuditVerification result)
    {
        foreach (var fault in result.Faults.Take(MostShown))
        {
            var stream = fault.Stream == AuditChain.Installation ? "installation" : $"saga {fault.Stream}";
            Terminal.Line($"FAULT {stream} row {fault.Sequence}: {fault.Fault}");
        }

        Terminal.Line(result.Faults.Count == 0
            ? $"audit verified ({result.Rows} rows in {result.Streams} streams)"
            : $"audit NOT verified: {result.Faults.Count} {(result.Faults.Count == 1 ? "fault" : "faults")} ({result.Rows} rows in {result.Streams} streams)");
    }
}
