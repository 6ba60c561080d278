using System.CommandLine;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Commands.Server;
using Deprovisioner.Worker.Settings;
using Npgsql;

namespace Deprovisioner.Worker.Commands;

/// <summary>The command line. Exit codes: 0 done, 1 failed, 2 wrong usage.</summary>
internal static class DeprovisionerCommands
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    /// <param name="clock">What "now" is for commands that only look ahead; the machine's unless told.</param>
    public static async Task<int> Invoke(string[] args, TimeProvider? clock = null)
    {
        var parsed = Root(clock ?? TimeProvider.System).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"deprovisioner: {error.Message}");
            }

            await Console.Error.WriteLineAsync("See 'deprovisioner --help', or '--help' after a command.");
            return WrongUsage;
        }

        try
        {
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            if (parsed.CommandResult.Command.Name == RunCommand.Name)
            {
                // The library would end the process 2 s after SIGTERM. The worker has its host, which hears the signal itself and stops in order.
                invocation.ProcessTerminationTimeout = null;
            }

            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception error) when (error is SettingsException or UnknownPlaceException)
        {
            await Console.Error.WriteLineAsync($"deprovisioner: {error.Message}");
            return WrongUsage;
        }
        catch (Exception error) when (DatabaseFault(error) is { } fault)
        {
            await Console.Error.WriteLineAsync(fault is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable }
                ? "deprovisioner: the database has no tables yet: run 'deprovisioner migrate'."
                : $"deprovisioner: the database does not do what was asked: {fault.Message}");
            return Failed;
        }
        catch (ServerException error)
        {
            await Console.Error.WriteLineAsync($"deprovisioner: {error.Message}");
            return Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("deprovisioner: stopped.");
            return Failed;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"deprovisioner: {error.Message}");
            return Failed;
        }
        catch (Exception error)
        {
            await Console.Error.WriteLineAsync($"deprovisioner: this should not have happened, please report it: {error}");
            return Failed;
        }
    }

    /// <summary>Entity Framework wraps what Npgsql says, a lost connection for instance twice.</summary>
    private static NpgsqlException? DatabaseFault(Exception? error) => error is null or NpgsqlException ? (NpgsqlException?)error : DatabaseFault(error.InnerException);

    private static RootCommand Root(TimeProvider clock)
    {
        var root = new RootCommand(
            """
            Deprovisioner cuts a leaver's access: it takes in HR events, runs a durable saga for each leaver, revokes access on every configured system,
            reads back what it did, and keeps an audit that shows any later change.

            Settings come from the environment (or appsettings.json):
              ConnectionStrings__Deprovisioner   PostgreSQL, Npgsql's form
              ConnectionStrings__RabbitMq        amqp:// URI; absent: in memory, one process
              Deprovisioner__Config              the organisation's YAML file; ./deprovisioner.yaml unless told
              Deprovisioner__Roles               orchestrator,connectors; both unless told
              Deprovisioner__HealthUrl           http://127.0.0.1:8081 unless told; none: no health endpoints
            """);
        root.Add(ServerOption.Option);
        root.Add(RunCommand.Create());
        root.Add(MigrateCommand.Create());
        root.Add(PublishCommand.Create());
        root.Add(PlanCommand.Create(clock));
        root.Add(SagasCommand.Create());
        root.Add(ReplayCommand.Create());
        root.Add(ActCommands.Resolve());
        root.Add(ActCommands.Choose());
        root.Add(ActCommands.Skip());
        root.Add(ActCommands.Verify());
        root.Add(TasksCommand.Create());
        root.Add(ActCommands.Cancel());
        root.Add(ActCommands.Approve());
        root.Add(HoldsCommand.Create());
        root.Add(GuardCommand.Create());
        root.Add(SystemsCommand.Create());
        root.Add(ReconcileCommand.Create());
        root.Add(PeopleCommand.Create());
        root.Add(EventsCommand.Create());
        root.Add(NotificationsCommand.Create());
        root.Add(AuditCommand.Create());
        root.Add(ReportCommand.Create());
        root.Add(KeysCommand.Create());
        root.Add(PolicyCommand.Create(clock));
        return root;
    }
}
