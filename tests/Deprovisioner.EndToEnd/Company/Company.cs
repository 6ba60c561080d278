using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>The real systems of a company, shared by all stories: each story has people, a database and a virtual host of its own.</summary>
public sealed class Company : IAsyncLifetime
{
    private int stories;

    public PostgresServer Postgres { get; private set; } = null!;

    public RabbitMqBroker Broker { get; private set; } = null!;

    public OpenLdapServer Directory { get; private set; } = null!;

    public ScimServer Crm { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // Side by side: each waits for its server, not for a processor.
        // It is crashed: a target that forgets what it has confirmed proves nothing. One story counts statements.
        var postgres = PostgresServer.StartNew(durable: true, new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" });
        var broker = RabbitMqBroker.StartNew();
        var directory = OpenLdapServer.StartAsync();
        var crm = ScimServer.StartAsync();
        (Postgres, Broker, Directory, Crm) = (await postgres, await broker, await directory, await crm);
        await Postgres.NewDatabase("warehouse");
        await Postgres.Execute("create role analysts; create role canary", "warehouse");
        await Directory.AddPerson("canary", uid: "canary", mail: "canary@example.test");
        await Crm.AddUserAsync("canary@example.test");
    }

    public async Task DisposeAsync()
    {
        Crm.Dispose();
        await Directory.DisposeAsync();
        await Broker.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    /// <summary>An installation of the product for one story: its database migrated, no worker running yet.</summary>
    public async Task<Installation> Install(StoryOptions? options = null)
    {
        var name = $"story{Interlocked.Increment(ref stories)}";
        await Postgres.NewInstallation(name);
        await Broker.Control("add_vhost", name);
        await Broker.Control("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        var installation = new Installation(this, name, options ?? new StoryOptions());
        await installation.Migrate();
        return installation;
    }

    /// <summary>Somebody with an account, a group and a session on every system.</summary>
    public async Task<Employee> Employ(string? userName = null)
    {
        var user = userName ?? "u" + Guid.NewGuid().ToString("N")[..12];
        var mail = $"{user}@example.test";
        var dn = await Directory.AddPerson(user, uid: user, mail: mail, password: "password-" + user);
        await Directory.AddGroup("team-" + user, "groupOfNames", dn);
        var crmId = await Crm.AddUserAsync(mail);
        var crmGroup = await Crm.AddGroupAsync("team-" + user, crmId);
        await Postgres.Execute($"create role \"{user}\" login password 'password-{user}' in role analysts", "warehouse");
        return new Employee(this, user, mail, dn, crmId, crmGroup);
    }

    /// <summary>Somebody with an account in the directory alone.</summary>
    public async Task<Employee> EmployInDirectory()
    {
        var user = "r" + Guid.NewGuid().ToString("N")[..12];
        var mail = $"{user}@example.test";
        return new Employee(this, user, mail, await Directory.AddPerson(user, uid: user, mail: mail, password: "password-" + user), "", "");
    }
}

/// <summary>One collection: stories run one after the other, since they stop and kill what they share.</summary>
[CollectionDefinition(Name)]
public sealed class Stories : ICollectionFixture<Company>
{
    public const string Name = "stories";
}
