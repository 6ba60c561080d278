using System.Collections.Concurrent;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Dispatching;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Deprovisioner.Storage.Tests;

/// <summary>One orchestrator's storage on a database, with its writer running, under the database role that it has in an installation; and the database as a test looks into it.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly string connectionString;
    private readonly Configuration configuration;
    private readonly ServiceProvider services;
    private readonly ServiceProvider console;
    private readonly NpgsqlDataSource looking;
    private readonly CancellationTokenSource stop = new();
    private readonly WarningLog warnings = new();
    private readonly Task running;

    private Store(string connectionString, Configuration configuration, SetClock clock)
    {
        this.connectionString = connectionString;
        this.configuration = configuration;
        Clock = clock;
        services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(warnings))
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(Organisation.Connectors)
            .AddSingleton(new EventIntake(configuration, Organisation.Actions(configuration)))
            .AddStorage(As(DatabaseRole.Orchestrator, connectionString))
            .AddFactWriter()
            .BuildServiceProvider();
        console = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddStorage(As(DatabaseRole.Console, connectionString)).BuildServiceProvider();
        looking = NpgsqlDataSource.Create(connectionString);
        running = Get<FactWriter>().Run(stop.Token);
    }

    public SetClock Clock { get; }

    public StepClaims Claims => Get<StepClaims>();

    public AuditReader Audit => Get<AuditReader>();

    public Outbox Outbox => Get<Outbox>();

    public SystemRegistry Systems => Get<SystemRegistry>();

    /// <summary>The same of another build, with other connectors.</summary>
    public SystemRegistry SystemsOf(params IReadOnlyList<ConnectorDescription> connectors) => new(Get<NpgsqlDataSource>(), connectors, Clock);

    /// <summary>What the storage logged at warning and above.</summary>
    public IReadOnlyCollection<string> Warnings => warnings.Lines;

    /// <summary>A new database with the configuration taken up, a second ago: every system's rate is there.</summary>
    public static async Task<Store> New(StorageServer server, Configuration? configuration = null) => await On(await server.NewDatabase(), configuration);

    public static async Task<Store> On(string connectionString, Configuration? configuration = null)
    {
        var store = new Store(connectionString, configuration ?? Organisation.Of("crm", "ldap"), new SetClock());
        await store.Systems.TakeUp(store.configuration, default);
        store.Clock.Advance(TimeSpan.FromSeconds(1));
        return store;
    }

    public static async Task<IReadOnlyList<string>> Migrate(string connectionString)
    {
        await using var only = new ServiceCollection().AddLogging().AddStorage(connectionString).BuildServiceProvider();
        return await only.GetRequiredService<SchemaMigrations>().Apply(default);
    }

    /// <summary>Another orchestrator on the same database.</summary>
    /// <param name="settings">More of its connection string.</param>
    public Store Replica(string settings = "") => new($"{connectionString};{settings}", configuration, Clock);

    public T Get<T>()
        where T : notnull
        => services.GetRequiredService<T>();

    /// <summary>The tables as the console and the command line have them.</summary>
    public async Task<DeprovisionerContext> Context() => await console.GetRequiredService<IDbContextFactory<DeprovisionerContext>>().CreateDbContextAsync();

    /// <summary>A service as the console has it, with the console's rights.</summary>
    public T FromConsole<T>()
        where T : notnull
        => console.GetRequiredService<T>();

    /// <summary>What people see, as the console and the command line read it.</summary>
    public IOperations Operations => console.GetRequiredService<IOperations>();

    /// <summary>How the installation stands, as the console reads it.</summary>
    public InstallationGauges Gauges => console.GetRequiredService<InstallationGauges>();

    public async Task<FactAnswer> Commit(Fact fact) => await Get<FactWriter>().Commit(fact, default).WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Facts in one transaction.</summary>
    public async Task<IReadOnlyList<FactAnswer>> Apply(params Fact[] facts) => (await Get<FactTransaction>().Apply(facts, default)).Answers;

    public async Task<FactAnswer> Arrive(HrEvent hr) => await Commit(Arrived(hr));

    public Fact.EventArrived Arrived(HrEvent hr) => new(hr, "{}"u8.ToArray(), Clock.Now, null);

    /// <summary>A saga of this person, with all its steps claimed and sent.</summary>
    public async Task<IReadOnlyList<StepCommand>> Sent(string person)
    {
        Assert.NotNull((await Arrive(Organisation.Terminated(person))).SagaId);
        return await Claim();
    }

    /// <summary>The commands of one pass, as the dispatcher makes it: what must be asked about first is.</summary>
    public async Task<IReadOnlyList<StepCommand>> Claim()
    {
        if (await Claims.ToAskAbout(default) is { Count: > 0 } sagas)
        {
            await Commit(new Fact.StepsComeDue(sagas));
        }

        return await ClaimUnasked();
    }

    /// <summary>The commands of a pass that asks nothing.</summary>
    public async Task<IReadOnlyList<StepCommand>> ClaimUnasked() => [.. (await Claims.Claim(findsBlocked: true, default)).Commands.SelectMany(c => c.Steps)];

    public async Task<FactAnswer> Report(string system, params StepReport[] reports) => await Commit(new Fact.Reported(reports, new SystemName(system)));

    /// <summary>Reports each for its own system, as hosts do.</summary>
    public async Task ReportEach(params StepReport[] reports)
    {
        foreach (var report in reports)
        {
            await Report((await Rows($"select system from steps where step_id = '{report.StepId}'"))[0], report);
        }
    }

    public StepReport Reported(StepCommand command, Outcome outcome, string? code = null, string? message = null)
        => new() { SagaId = command.SagaId, StepId = command.StepId, Attempt = command.Attempt, Outcome = outcome, Code = code, Message = message, StartedAt = Clock.Now, FinishedAt = Clock.Now };

    public async Task Execute(string sql)
    {
        await using var command = looking.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<long> Count(string sql) => long.Parse((await Rows($"select count(*) from {sql}"))[0]);

    /// <summary>Each row's columns as text, joined by a blank; null is <c>-</c>.</summary>
    public async Task<IReadOnlyList<string>> Rows(string sql)
    {
        var rows = new List<string>();
        await using var command = looking.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "-" : Convert.ToString(reader.GetValue(i), null))));
        }

        return rows;
    }

    /// <summary>Every row of every table that facts write, as text.</summary>
    public async Task<string> Everything()
    {
        var all = new List<string>();
        foreach (var table in new[] { "persons", "employments", "known_accounts", "inbox", "quarantine", "systems", "sagas", "steps", "operator_acts", "outbox", "audit", "audit_heads", "audit_private", "guard_transitions", "guard_announcements", "replay_jobs", "replay_items", "drift_watches", "probes" })
        {
            all.AddRange(await Rows($"select '{table}', t::text from {table} t order by 2"));
        }

        return string.Join('\n', all);
    }

    public async Task<NpgsqlConnection> Connection() => await looking.OpenConnectionAsync();

    /// <summary>Waits until some other connections of this database wait for locks.</summary>
    public async Task SomebodyWaitsForALock(int connections = 1)
        => await Eventually.True(
            $"{connections} connections to wait for a lock",
            async () => await Count("pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") >= connections);

    public async Task<IReadOnlyList<AuditFault>> Faults() => (await Audit.Verify(null, default)).Faults;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        stop.Dispose();
        await looking.DisposeAsync();
        await services.DisposeAsync();
        await console.DisposeAsync();
        warnings.Dispose();
    }

    /// <summary>The database, signed in as a role of the installation.</summary>
    public string As(string role) => As(role, connectionString);

    private static string As(string role, string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Username = role, Password = role }.ConnectionString;

    private sealed class WarningLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
