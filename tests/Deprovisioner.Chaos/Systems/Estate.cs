using System.Globalization;
using System.Text;
using Deprovisioner.Chaos.Hr;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Chaos.Systems;

/// <summary>All servers of a run: the product's own (database, broker) and three real systems with accounts, each behind something that can spoil its connections.</summary>
internal sealed class Estate : IAsyncDisposable
{
    public const string StaffDn = $"cn=staff,{OpenLdapServer.GroupsDn}";

    /// <summary>The role by which the product works on the warehouse.</summary>
    public const string Cutter = "cutter";
    public const string CutterPassword = "cutter-of-the-run";

    private const string Database = "deprovisioner";

    private readonly List<IAsyncDisposable> started = [];

    private Estate()
    {
    }

    /// <summary>Where the product keeps everything; on <see cref="Disk"/>.</summary>
    public PostgresServer Store { get; private set; } = null!;

    /// <summary>Null: a small disk cannot be mounted here.</summary>
    public SmallDisk? Disk { get; private set; }

    public string? DiskObstacle { get; private set; }

    public RabbitMqBroker Broker { get; private set; } = null!;

    /// <summary>Between the workers and the broker; HR has a way of its own.</summary>
    public FaultyLink BrokerLink { get; private set; } = null!;

    public OpenLdapServer Directory { get; private set; } = null!;

    public FaultyLink DirectoryLink { get; private set; } = null!;

    public PostgresServer Warehouse { get; private set; } = null!;

    public FaultyLink WarehouseLink { get; private set; } = null!;

    public ScimServer Crm { get; private set; } = null!;

    public FaultyHttp CrmProxy { get; private set; } = null!;

    public IReadOnlyList<Person> People { get; private set; } = [];

    /// <summary>The product's database, for the run's own questions.</summary>
    public NpgsqlDataSource StoreData { get; private set; } = null!;

    public string StoreConnection => Store.ConnectionString(Database);

    public static async Task<Estate> Start(int people, TimeProvider clock)
    {
        var estate = new Estate();
        try
        {
            await estate.StartServers(clock);
            estate.People = [.. Enumerable.Range(1, people).Select(number => new Person(number))];
            await Task.WhenAll(estate.FillDirectory(), estate.FillWarehouse(), estate.FillCrm());
            return estate;
        }
        catch
        {
            await estate.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (StoreData is not null)
        {
            await StoreData.DisposeAsync();
        }

        Crm?.Dispose();
        foreach (var one in Enumerable.Reverse(started))
        {
            await one.DisposeAsync();
        }
    }

    private async Task StartServers(TimeProvider clock)
    {
        (Disk, DiskObstacle) = await SmallDisk.Mount();
        if (Disk is not null)
        {
            started.Add(Disk);
        }

        // Small WAL files, so that they leave room on a small disk.
        var store = Started(PostgresServer.StartNew(durable: true, new Dictionary<string, string> { ["max_wal_size"] = "64MB", ["min_wal_size"] = "32MB" }, Disk?.Path));
        var warehouse = Started(PostgresServer.StartNew(durable: true, new Dictionary<string, string>
        {
            ["log_statement"] = "ddl",
            ["logging_collector"] = "on",
            ["log_directory"] = "'writes'",
            ["log_filename"] = "'writes.log'",
            ["log_line_prefix"] = "'%m|%u|'",
            ["log_timezone"] = "UTC",
        }));
        var broker = Started(RabbitMqBroker.StartNew());
        var directory = Started(OpenLdapServer.StartAsync(logWrites: true));
        var crm = ScimServer.StartAsync();
        await Task.WhenAll(store, warehouse, broker, directory, crm);
        (Store, Warehouse, Broker, Directory, Crm) = (await store, await warehouse, await broker, await directory, await crm);
        CrmProxy = await Started(FaultyHttp.Start(new Uri(Crm.Url), clock));
        DirectoryLink = new FaultyLink(LoopbackPort.Free(), Directory.Port).Start();
        WarehouseLink = new FaultyLink(LoopbackPort.Free(), Warehouse.Port).Start();
        BrokerLink = new FaultyLink(LoopbackPort.Free(), Broker.Port).Start();
        started.AddRange([DirectoryLink, WarehouseLink, BrokerLink]);
        await Store.NewDatabase(Database);
        StoreData = NpgsqlDataSource.Create(StoreConnection + ";Pooling=false;Command Timeout=20");
    }

    private async Task<T> Started<T>(Task<T> starting)
        where T : IAsyncDisposable
    {
        var one = await starting;
        lock (started)
        {
            started.Add(one);
        }

        return one;
    }

    private async Task FillDirectory()
    {
        var ldif = new StringBuilder();
        foreach (var (name, dn, mail) in People.Select(p => (p.UserName, p.Dn, p.Mail)).Append(("canary", $"cn=canary,{OpenLdapServer.PeopleDn}", "canary@example.test")))
        {
            ldif.Append(CultureInfo.InvariantCulture, $"dn: {dn}\nobjectClass: inetOrgPerson\ncn: {name}\nsn: x\nuid: {name}\nmail: {mail}\nuserPassword: password-{name}\n\n");
        }

        // The administrator stays in it, as in most directories somebody does: a group without a member is not what this is about.
        ldif.Append(CultureInfo.InvariantCulture, $"dn: {StaffDn}\nobjectClass: groupOfNames\ncn: staff\nmember: {OpenLdapServer.AdminDn}\n");
        foreach (var person in People)
        {
            ldif.Append(CultureInfo.InvariantCulture, $"member: {person.Dn}\n");
        }

        await Directory.Add(ldif.ToString());
    }

    private async Task FillWarehouse()
    {
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"create role {Cutter} login createrole password '{CutterPassword}'; grant pg_signal_backend to {Cutter}; grant select on pg_catalog.pg_authid to {Cutter};");
        sql.Append("create role analysts; create role canary;");
        foreach (var person in People)
        {
            sql.Append(CultureInfo.InvariantCulture, $"create role {person.UserName} login password 'password-{person.UserName}' in role analysts;");
        }

        await Warehouse.Execute(sql.ToString());
    }

    private async Task FillCrm()
    {
        await Crm.AddUserAsync("canary@example.test");
        foreach (var person in People)
        {
            person.CrmId = await Crm.AddUserAsync(person.Mail);
            person.CrmGroup = await Crm.AddGroupAsync("team-" + person.UserName, person.CrmId);
        }
    }
}
