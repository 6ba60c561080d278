using System.Text.Json.Nodes;
using Deprovisioner.Testing;
using Npgsql;
using RabbitMQ.Client;

namespace Deprovisioner.EndToEnd;

/// <summary>What a story may want otherwise.</summary>
public sealed record StoryOptions
{
    /// <summary>How long a sent step may stay unanswered.</summary>
    public string Lease { get; init; } = "30s";

    /// <summary>The directory's password, a reference.</summary>
    public string DirectoryPassword { get; init; } = "${env:LDAP_PASSWORD}";

    /// <summary>Where the CRM is reached; null: at itself.</summary>
    public string? CrmUrl { get; init; }

    /// <summary>The CRM's token, a reference.</summary>
    public string CrmToken { get; init; } = "${env:CRM_TOKEN}";

    /// <summary>One more system, YAML in flow style; null: none.</summary>
    public string? MoreSystems { get; init; }

    /// <summary>The guard, YAML; null: none.</summary>
    public string? Guard { get; init; }

    /// <summary>More policies, YAML, indented as list items; null: none.</summary>
    public string? MorePolicies { get; init; }

    /// <summary>The access model, YAML, from its key on; null: none.</summary>
    public string? Roles { get; init; }

    /// <summary>More keys of the file's top level, YAML in flow style; null: none.</summary>
    public string? MoreKeys { get; init; }

    /// <summary>The policy's stages, YAML.</summary>
    public string Stages { get; init; } = """
              - {name: contain, within: 5m, steps: [{system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
              - {name: revoke, within: 4h, steps: [{system: "*", action: remove-entitlements}]}
        """;

    /// <summary>Who comes back is given back what was taken.</summary>
    public const string Returns = """
          - {name: rehired, when: {event: hired}, stages: [{name: restore, steps: [{system: "*", action: restore-account}]}]}
          - {name: rescinded, when: {event: termination-rescinded}, stages: [{name: restore, steps: [{system: "*", action: restore-account}]}]}
          - {name: back, when: {event: leave-ended}, stages: [{name: restore, steps: [{system: "*", action: restore-account}]}]}
        """;
}

/// <summary>One story's product: database, virtual host, configuration, worker processes.</summary>
public sealed class Installation : IAsyncDisposable
{
    private readonly Company company;
    private readonly TemporaryFolder folder = new("story");
    private readonly List<ServerProcess> processes = [];
    private readonly NpgsqlDataSource database;

    internal Installation(Company company, string name, StoryOptions options)
    {
        this.company = company;
        Name = name;
        database = NpgsqlDataSource.Create(company.Postgres.ConnectionString(name));
        folder.Write("deprovisioner.yaml", $$"""
            systems:
              directory:
                connector: ldap
                url: "{{company.Directory.Url}}"
                bindDn: "{{OpenLdapServer.ServiceDn}}"
                password: "{{options.DirectoryPassword}}"
                baseDn: "{{OpenLdapServer.BaseDn}}"
                match: {attribute: mail, value: person.email}
                canary: canary@example.test
                limits: {concurrency: 8, perSecond: 200, timeout: 5s, lease: {{options.Lease}}}
              crm:
                connector: scim
                url: "{{options.CrmUrl ?? company.Crm.Url}}"
                token: "{{options.CrmToken}}"
                match: {attribute: userName, value: person.email}
                canary: canary@example.test
                limits: {concurrency: 8, perSecond: 200, timeout: 5s, lease: {{options.Lease}}}
              warehouse:
                connector: postgres
                connection: "${env:WAREHOUSE}"
                match: {value: person.userName}
                canary: canary
                limits: {concurrency: 8, perSecond: 200, timeout: 5s, lease: {{options.Lease}}}
              {{options.MoreSystems}}
            {{options.Roles}}
            {{options.MoreKeys}}
            policies:
            {{options.MorePolicies}}
              - name: leaver
                when: {event: terminated}
                retry: {first: 500ms, max: 2s, for: 10m}
                stages:
            {{options.Stages}}
            {{options.Guard}}
            """);
    }

    public string Name { get; }

    public Uri Broker => new(company.Broker.Uri, Name);

    /// <summary>The broker, for a user of the shipped definitions.</summary>
    public Uri BrokerAs(string user) => company.Broker.UriAs(user, Name);

    /// <summary>Where the story's files are.</summary>
    public string FolderPath => folder.Path;

    public string ConfigPath => folder["deprovisioner.yaml"];

    private static string Program => Path.Combine(AppContext.BaseDirectory, "deprovisioner");

    /// <summary>The settings of a process with everything, and with no more rights on the database than a worker has; a story may take some away.</summary>
    public Dictionary<string, string?> Environment() => EnvironmentAs(DatabaseRole.Orchestrator);

    private Dictionary<string, string?> EnvironmentAs(string role) => new()
    {
        ["ConnectionStrings__Deprovisioner"] = company.Postgres.ConnectionString(Name, role, role),
        ["ConnectionStrings__RabbitMq"] = Broker.ToString(),
        ["Deprovisioner__Config"] = ConfigPath,
        ["Deprovisioner__Roles"] = null,
        ["LDAP_PASSWORD"] = OpenLdapServer.ServicePassword,
        ["CRM_TOKEN"] = company.Crm.Token,
        ["WAREHOUSE"] = company.Postgres.ConnectionString("warehouse"),
    };

    /// <summary>A worker, ready.</summary>
    /// <param name="within">A program and its arguments that start the worker in a sandbox; null: without one.</param>
    public async Task<ServerProcess> StartWorker(Dictionary<string, string?>? environment = null, bool waitUntilReady = true, IReadOnlyList<string>? within = null)
    {
        var settings = environment ?? Environment();
        settings["Deprovisioner__HealthUrl"] = $"http://127.0.0.1:{LoopbackPort.Free()}";
        string[] command = [.. within ?? [], Program, "run"];
        var worker = ServerProcess.Start(command[0], command[1..], settings, folder.Path);
        processes.Add(worker);
        if (waitUntilReady)
        {
            await Ready(worker, settings["Deprovisioner__HealthUrl"]!);
        }

        return worker;
    }

    /// <summary>A console, which may not be ready yet.</summary>
    /// <param name="urls">Where it listens, with semicolons between them.</param>
    /// <param name="more">Settings in the place of the usual ones, or beside them.</param>
    public void StartConsole(string urls, IReadOnlyDictionary<string, string?>? more = null)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings__Deprovisioner"] = company.Postgres.ConnectionString(Name, DatabaseRole.Console, DatabaseRole.Console),
            ["ASPNETCORE_URLS"] = urls,
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
        {
            settings[name] = value;
        }

        processes.Add(ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "deprovisioner-console"), [], settings, folder.Path));
    }

    /// <summary>Creates or updates the tables, as their owner.</summary>
    public Task Migrate() => ServerProcess.Run(Program, ["migrate"], EnvironmentAs(DatabaseRole.Owner), folder.Path);

    /// <summary>Runs a command to its end, with an operator's rights; fails the story where it does not end with 0.</summary>
    public async Task<string> Cli(params string[] arguments) => (await ServerProcess.Run(Program, arguments, EnvironmentAs(DatabaseRole.Console), folder.Path)).Output;

    /// <summary>Runs a command to its end with other settings; fails the story where it does not end with 0.</summary>
    public async Task<string> CliWith(Dictionary<string, string?> environment, params string[] arguments) => (await ServerProcess.Run(Program, arguments, environment, folder.Path)).Output;

    /// <summary>A file with an event; gives its path.</summary>
    public async Task<string> Event(string text)
    {
        var file = folder[$"{Guid.NewGuid():N}.json"];
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    /// <summary>The configuration with one of its systems and a policy for it.</summary>
    public string OnlySystem(string system)
    {
        var lines = File.ReadAllLines(ConfigPath);
        var from = Array.IndexOf(lines, $"  {system}:");
        return string.Join('\n', ["systems:", .. lines[from..].Take(1), .. lines[(from + 1)..].TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)), .. lines.SkipWhile(line => line != "policies:")]);
    }

    public Task<(int ExitCode, string Output)> TryCli(params string[] arguments) => ServerProcess.Run(Program, arguments, EnvironmentAs(DatabaseRole.Console), folder.Path, mayFail: true);

    /// <summary>The steps of a saga as <c>sagas show --json</c> gives it, in order.</summary>
    public static IReadOnlyList<JsonNode> Steps(JsonNode saga)
        => [.. saga["stages"]!.AsArray().SelectMany(stage => stage!["steps"]!.AsArray()).Select(step => step!).OrderBy(step => step["ordinal"]!.GetValue<int>())];

    /// <summary>A command's answer with <c>--json</c>.</summary>
    public async Task<JsonNode> Json(params string[] arguments) => JsonNode.Parse(await Cli([.. arguments, "--json"]))!;

    /// <summary>Publishes bodies with a plain AMQP client, with confirms, as any HR system would.</summary>
    public async Task Publish(params IEnumerable<ReadOnlyMemory<byte>> bodies)
    {
        await using var connection = await new ConnectionFactory { Uri = Broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.ExchangeDeclareAsync("hr.events", ExchangeType.Fanout, durable: true, autoDelete: false);
        foreach (var portion in bodies.Chunk(500))
        {
            await Task.WhenAll(portion.Select(body => channel.BasicPublishAsync("hr.events", "", body).AsTask()));
        }
    }

    public Task Publish(params string[] events) => Publish(events.Select(e => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(e)));

    public async Task<T> Query<T>(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync() is T value ? value : throw new InvalidOperationException($"No {typeof(T).Name} from: {sql}");
    }

    public async Task<IReadOnlyList<string>> Lines(string sql)
    {
        var lines = new List<string>();
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.IsDBNull(0) ? "" : reader.GetString(0));
        }

        return lines;
    }

    /// <summary>Waits until as many events as said are decided: what is published next cannot overtake them.</summary>
    public Task TakenIn(int events)
        => Eventually.True($"{events} events to be taken in", async () => await Query<long>("select count(*) from inbox") >= events);

    /// <summary>Waits until a person's newest saga has the status.</summary>
    public Task Reached(Employee who, string status, TimeSpan? limit = null)
        => Eventually.True(
            $"the saga of {who.PersonId} to be {status}",
            async () => await Lines($"select status from sagas where person_id = '{who.PersonId}' order by planned_at desc limit 1") is [{ } newest] && newest == status,
            limit ?? TimeSpan.FromSeconds(60));

    /// <summary>Somebody releases a person's held saga.</summary>
    public async Task Release(Employee who)
        => await Query<long>($"""
            insert into operator_acts (kind, saga_id, who, why, requested_at)
            select 'release', saga_id, 'chief', 'is really leaving', now() from sagas where person_id = '{who.PersonId}' and status = 'held' returning act_id
            """);

    /// <summary>Waits until as many sagas as said have completed; tells what stands in the way where they do not.</summary>
    public async Task Completed(int sagas, TimeSpan? limit = null)
    {
        try
        {
            await Eventually.True($"{sagas} sagas to complete", async () => await Query<long>("select count(*) from sagas where status = 'completed'") >= sagas, limit ?? TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException late)
        {
            var steps = await Lines("select concat_ws(' ', g.person_id, g.status, t.system, t.action, t.status, t.sends, t.code, t.message) from sagas g join steps t using (saga_id) where g.status <> 'completed' order by t.ordinal");
            var systems = await Lines("select concat_ws(' ', system, gate, gate_until, failures, last_error) from systems");
            throw new TimeoutException($"{late.Message}\n{string.Join('\n', steps)}\n{string.Join('\n', systems)}\n{string.Join("\n---\n", processes.Select(w => Tail(w.Output)))}", late);
        }
    }

    /// <summary>The outcome of each step of a person's sagas, in order.</summary>
    public Task<IReadOnlyList<string>> Outcomes(Employee who)
        => Lines($"select concat_ws(' ', t.system, t.action, t.outcome, t.code) from sagas g join steps t using (saga_id) where g.person_id = '{who.PersonId}' order by g.planned_at, t.ordinal");

    public async Task AuditIsVerified() => Assert.Contains("audit verified", await Cli("audit", "verify"), StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        processes.ForEach(process => process.Dispose());
        await database.DisposeAsync();
        folder.Dispose();
    }

    private static string Tail(string output) => string.Join('\n', output.Split('\n').TakeLast(30));

    private static async Task Ready(ServerProcess worker, string url)
    {
        using var http = new HttpClient();
        await Eventually.True(
            "the worker to be ready",
            async () => worker.HasExited
                ? throw new InvalidOperationException($"It ended with {worker.ExitCode}:\n{worker.Output}")
                : (await http.GetAsync(new Uri(url + "/healthz/ready"))).IsSuccessStatusCode,
            TimeSpan.FromSeconds(60));
    }
}
