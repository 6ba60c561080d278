using Deprovisioner.Benchmarks.Measuring;
using Deprovisioner.Benchmarks.Site;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Benchmarks.Conventional;

/// <summary>The conventional implementation on its servers.</summary>
internal sealed class ConventionalSubject : ISubject
{
    private readonly ServerProcess process;

    private ConventionalSubject(ServerProcess process) => this.process = process;

    public string Name => "Conventional (MassTransit state machine, EF Core, row lock)";

    public IReadOnlyList<ServerProcess> Processes => [process];

    public string OpenSagas => """select count(*) from leavers where "CompletedAt" is null""";

    public string Taken => AllSagas;

    public string? Decisions => null;

    public string AllSagas => "select count(*) from leavers";

    public string Completions => """select "PersonId", pg_xact_commit_timestamp(xmin) from leavers where "CompletedAt" is not null""";

    public static async Task<ConventionalSubject> Start(Servers servers)
    {
        var started = Self.Start(ConventionalProcess.Name, new Dictionary<string, string?>
        {
            ["ConnectionStrings__Deprovisioner"] = servers.ConnectionString,
            ["ConnectionStrings__RabbitMq"] = servers.Broker.Uri.ToString(),
        });
        await Eventually.True(
            "the conventional implementation to be ready",
            () => Task.FromResult(started.HasExited ? throw new InvalidOperationException(started.Output) : started.Output.Contains(ConventionalProcess.Ready, StringComparison.Ordinal)),
            TimeSpan.FromSeconds(60));
        return new ConventionalSubject(started);
    }

    public async Task<string> Verify(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            """
            select (select count(*) from leavers l where (select count(*) from outcomes o where o."SagaId" = l."CorrelationId" and o."Outcome" = 'changed') <> 10
                or (select count(*) from audit_records a where a."SagaId" = l."CorrelationId") <> 12)
            """);
        return (long)(await command.ExecuteScalarAsync())! is var wrong and > 0
            ? throw new InvalidOperationException($"{wrong} sagas lack outcomes or audit rows.")
            : "each saga has ten outcomes and twelve audit rows";
    }

    public ValueTask DisposeAsync()
    {
        process.Dispose();
        return ValueTask.CompletedTask;
    }
}
