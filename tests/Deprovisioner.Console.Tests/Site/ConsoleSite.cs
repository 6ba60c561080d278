using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Storage;
using Deprovisioner.Storage.Access;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Deprovisioner.Console.Tests.Site;

/// <summary>A console on a real database with the rights that it has in an installation, a worker that carries out what is asked for, and machines with a key for each role.</summary>
public sealed class ConsoleSite : IAsyncLifetime
{
    private const string Database = "deprovisioner";
    private readonly TemporaryFolder folder = new("console");
    private readonly Dictionary<string, string> keys = [];
    private readonly List<WebApplication> consoles = [];
    private IHost? worker;

    public PostgresServer Server { get; private set; } = null!;

    /// <summary>Where the console answers that lets in whoever has a key.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The same installation as the console sees it.</summary>
    internal IOperations Operations => consoles[0].Services.GetRequiredService<IOperations>();

    internal WebApplication Console => consoles[0];

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.StartNew();
        await Server.NewInstallation(Database);
        await Migrate();
        await Company.PrepareWarehouse(Server);
        await StartWorker();
        Url = await NewConsole();
        foreach (var role in AccessRoles.All)
        {
            keys[role] = await NewKey($"{role}-of-the-test", [role]);
        }

        await Company.Settle(this);
    }

    public async Task DisposeAsync()
    {
        foreach (var console in consoles)
        {
            await console.StopAsync();
            await console.DisposeAsync();
        }

        if (worker is not null)
        {
            await worker.StopAsync();
            worker.Dispose();
        }

        await Server.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Another console, as its process would be told by its arguments.</summary>
    internal Task<Uri> NewConsole(params string[] settings) => NewConsoleAt(new Uri($"http://127.0.0.1:{LoopbackPort.Free()}"), settings);

    /// <summary>The same at an address that somebody else has to know before.</summary>
    internal async Task<Uri> NewConsoleAt(Uri url, params string[] settings)
    {
        var console = ConsoleHost.Build(["--urls", url.GetLeftPart(UriPartial.Authority), "--ConnectionStrings:Deprovisioner", ConnectionString(DatabaseRole.Console), "--Logging:LogLevel:Default", "Warning", .. settings]);
        consoles.Add(console);
        await console.StartAsync();
        return url;
    }

    /// <summary>A client that bears the key of a role; null: it bears nothing.</summary>
    internal HttpClient As(string? role, Uri? console = null) => Bearing(role is null ? null : keys[role], console);

    internal HttpClient Bearing(string? token, Uri? console = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = console ?? Url };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>HR says something, in this order.</summary>
    internal async Task Publish(params JsonNode[] events)
    {
        using var hr = As(AccessRoles.Publisher);
        using var body = new StringContent(new JsonArray(events).ToJsonString(), Encoding.UTF8, "application/cloudevents-batch+json");
        using var answer = await hr.PostAsync("/ingest/hr-events", body);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>Somebody works here, and leaves. Gives the saga of it.</summary>
    internal async Task<Guid> Leaves(string person, string reason)
    {
        var userName = person.ToLowerInvariant();
        await Server.Execute($"create role \"{userName}\" login");
        await Publish(Company.Hired(person, userName), Company.Terminated(person, reason));
        return (await Eventually.Value($"the saga of {person}", async () => (await Operations.Sagas(new() { Person = person }, new(1), default)).Items is [var saga, ..] ? saga : null)).SagaId;
    }

    /// <summary>A key of a machine.</summary>
    internal async Task<string> NewKey(string name, IReadOnlyList<string> roles, TimeSpan? lasts = null)
    {
        var key = ApiKeyText.New();
        await Done(ActRequest.CreateKey(new Asker("the-test", "to try it"), key, name, roles, TimeProvider.System.GetUtcNow() + (lasts ?? TimeSpan.FromDays(1))));
        return key.Reveal();
    }

    /// <summary>Asks, and waits until it is done.</summary>
    internal async Task<Act> Done(ActRequest request)
    {
        var asked = (await Operations.Ask([request], default))[0];
        var answered = await Eventually.Value($"an answer to {request.Kind}", async () => (await Operations.Acts([asked.ActId], default))[0] is { Status: not "requested" } act ? act : null);
        Assert.True(answered.Status == "done", answered.Answer);
        return answered;
    }

    /// <summary>A reconciliation that is there.</summary>
    internal async Task<Guid> Reconciliation()
    {
        if ((await Operations.Reconciliations(new(), new(1), default)).Items is [])
        {
            await Done(ActRequest.Reconcile(new Asker("the-test", "to have one"), "warehouse", shrunkIsRight: true));
        }

        return (await Operations.Reconciliations(new(), new(1), default)).Items[0].RunId;
    }

    internal Task<T?> Scalar<T>(string sql) => Server.Scalar<T>(sql, Database);

    private async Task StartWorker()
    {
        var path = await Company.WriteConfiguration(Server, folder.Path);
        var settings = ProcessSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Deprovisioner"] = ConnectionString(DatabaseRole.Orchestrator),
            ["Deprovisioner:Config"] = path,
            ["Deprovisioner:HealthUrl"] = "none",
        }).Build());
        worker = WorkerHost.Build(settings, ConfigurationFile.Load(path));
        await worker.StartAsync();
    }

    private async Task Migrate()
    {
        await using var only = new ServiceCollection().AddLogging().AddStorage(Server.ConnectionString(Database, DatabaseRole.Owner, DatabaseRole.Owner)).BuildServiceProvider();
        await only.GetRequiredService<SchemaMigrations>().Apply(default);
    }

    internal string ConnectionString(string role) => Server.ConnectionString(Database, role, role);
}

[CollectionDefinition(nameof(ConsoleSite))]
public sealed class ConsoleGroup : ICollectionFixture<ConsoleSite>;
