using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Writing;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Tests.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Tests.Plans;

/// <summary>A PostgreSQL server with a migrated database for each test, and the reference company's file.</summary>
public sealed class RegistryOfPeople : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new("plans");
    private PostgresServer server = null!;
    private int last;

    public async Task InitializeAsync()
    {
        server = await PostgresServer.StartNew();
        await using var services = Services(await server.NewDatabase("migrated"), new SetClock(), ReferenceCompany.Configuration);
        await services.GetRequiredService<SchemaMigrations>().Apply(default);
        folder.Write("deprovisioner.yaml", ReferenceCompany.Yaml);
    }

    public async Task DisposeAsync()
    {
        folder.Dispose();
        await server.DisposeAsync();
    }

    /// <summary>A database that was told what happened to somebody.</summary>
    internal async Task<string> Of(ReferencePerson person)
    {
        var name = $"plan_{Interlocked.Increment(ref last)}";
        await server.Execute($"create database {name} template migrated strategy file_copy");
        var clock = new SetClock();
        await using var services = Services(server.ConnectionString(name), clock, person.Configuration);
        await server.Execute("insert into persons (person_id, email, user_name, updated_at) values ('P7', 'grace@example.test', 'grace', now())", name);
        foreach (var (at, hr) in person.Sent)
        {
            clock.Now = at;
            await services.GetRequiredService<FactTransaction>().Apply([new Fact.EventArrived(hr, "{}"u8.ToArray(), at, null)], default);
        }

        return name;
    }

    /// <summary>The command line, at the reference people's time.</summary>
    internal Task<CommandResult> Run(string database, params string[] arguments) => RunAs(server.ConnectionString(database), arguments);

    internal Task<CommandResult> RunAs(string connectionString, params string[] arguments)
        => CommandLine.Run(
            new Dictionary<string, string> { ["ConnectionStrings__Deprovisioner"] = connectionString, ["Deprovisioner__Config"] = folder["deprovisioner.yaml"] }, new SetClock(ReferencePerson.Today), arguments);

    internal Task Execute(string sql, string database) => server.Execute(sql, database);

    internal string ConnectionString(string database, string user, string password) => server.ConnectionString(database, user, password);

    /// <summary>Every row of the tables that events change, as text.</summary>
    internal async Task<string> Everything(string database)
    {
        var all = new List<string?>();
        foreach (var table in new[] { "persons", "employments", "known_accounts", "inbox", "sagas", "steps", "outbox", "audit", "audit_heads", "guard_transitions" })
        {
            all.Add(await server.Scalar<string>($"select string_agg(t::text, E'\\n' order by t::text) from {table} t", database));
        }

        return string.Join('\n', all);
    }

    internal string Write(string name, string text) => folder.Write(name, text);

    private static ServiceProvider Services(string connectionString, SetClock clock, Configuration configuration)
        => new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock)
            .AddSingleton(new EventIntake(configuration, ReferenceCompany.Actions(configuration)))
            .AddStorage(connectionString).AddFactWriter().BuildServiceProvider();
}
