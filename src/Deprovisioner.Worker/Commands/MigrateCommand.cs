using System.CommandLine;
using Deprovisioner.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>migrate</c></summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var json = Terminal.JsonOption();
        var command = new Command("migrate", "Create or update the database's tables, while workers go on. Safe to repeat.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            var applied = await services.GetRequiredService<SchemaMigrations>().Apply(new Waits(), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new { applied });
            }
            else
            {
                Terminal.Line(applied.Count == 0 ? "The database is up to date." : $"Applied {string.Join(", ", applied)}.");
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    /// <summary>On the error output, in their order: what is printed for machines is the result.</summary>
    private sealed class Waits : IProgress<string>
    {
        public void Report(string value) => Terminal.Error(value);
    }
}
