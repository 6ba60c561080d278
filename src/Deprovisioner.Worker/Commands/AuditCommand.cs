using System.CommandLine;
using Deprovisioner.Core.Audit;
using Deprovisioner.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>audit verify</c></summary>
internal static class AuditCommand
{
    /// <summary>So many faults are printed; the number is always told in full.</summary>
    private const int MostShown = 100;

    public static Command Create()
    {
        var json = Terminal.JsonOption();
        var verify = new Command("verify", "Recompute the whole audit and name every row that was changed, removed or reordered. Exit code 1 where there is one.") { json };
        verify.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            var progress = Console.IsErrorRedirected ? null : new Progress<long>(rows => Console.Error.Write($"\r{rows:N0} rows read "));
            var result = await services.GetRequiredService<AuditReader>().Verify(progress, cancellationToken);
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
        return new Command("audit", "Check the audit.") { verify };
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
