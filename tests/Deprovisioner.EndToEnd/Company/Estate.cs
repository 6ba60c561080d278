using System.Text.Json.Nodes;
using Deprovisioner.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Deprovisioner.EndToEnd;

/// <summary>The systems that a company has beside those that all stories share: each is a real server, filled and looked at by its own tools.</summary>
public sealed class Estate : IAsyncDisposable
{
    private const string Password = "leaver-Passw0rd";

    private SambaDomainController domain = null!;
    private MariaDbServer orders = null!;
    private RedisServer cache = null!;
    private RabbitMqBroker broker = null!;
    private LinuxMachine machine = null!;
    private KeystoneServer cloud = null!;
    private DovecotServer post = null!;
    private DirectusServer content = null!;
    private UnleashServer flags = null!;

    public static async Task<Estate> StartAsync()
    {
        // Side by side: each waits for its server.
        var controller = SambaDomainController.StartAsync();
        var database = MariaDbServer.StartNew();
        var memory = RedisServer.StartNew();
        var messages = RabbitMqBroker.StartNew("rabbitmq_management");
        var linux = LinuxMachine.StartNew("a passphrase");
        var identities = KeystoneServer.StartAsync();
        var mail = DovecotServer.StartNew();
        var articles = DirectusServer.StartAsync();
        var switches = UnleashServer.StartAsync();
        var estate = new Estate { domain = await controller, orders = await database, cache = await memory, broker = await messages, machine = await linux, cloud = await identities };
        estate.post = await mail;
        estate.content = await articles;
        estate.flags = await switches;
        await estate.broker.Control("add_user", "deprovisioner", "operator-password");
        await estate.broker.Control("set_user_tags", "deprovisioner", "administrator");
        return estate;
    }

    /// <summary>The systems for the configuration, as lines below <c>systems</c>.</summary>
    public string Systems => string.Join("\n  ", new[]
    {
        $"domain: {{connector: activedirectory, url: \"{domain.Url}\", caFile: \"{domain.CaFile}\", bindDn: \"{SambaDomainController.ServiceDn}\", password: \"${{env:DOMAIN}}\", baseDn: \"{SambaDomainController.BaseDn}\", match: {{attribute: sAMAccountName, value: person.userName}}, limits: {{timeout: 10s}}}}",
        "orders: {connector: mariadb, connection: \"${env:ORDERS}\", match: {value: person.userName}}",
        $"cache: {{connector: redis, nodes: [\"{cache.Address}\"], password: \"${{env:CACHE}}\", match: {{value: person.userName}}}}",
        $"broker: {{connector: rabbitmq, url: \"http://127.0.0.1:{broker.ManagementPort}\", user: deprovisioner, password: \"${{env:BROKER}}\", match: {{value: person.userName}}}}",
        $"build-host: {{connector: linux-ssh, host: 127.0.0.1, port: {machine.Port}, privateKey: \"${{env:MACHINE}}\", hostKey: \"{machine.HostKeys}\", match: {{value: person.userName}}, limits: {{timeout: 20s}}}}",
        $"cloud: {{connector: keystone, url: \"{cloud.Url}\", user: {KeystoneServer.Admin}, password: \"${{env:CLOUD}}\", match: {{value: person.userName}}, limits: {{concurrency: 2, timeout: 20s}}}}",
        $"post: {{connector: managesieve, host: 127.0.0.1, port: {post.Port}, startTls: none, user: {DovecotServer.Administrator}, password: \"${{env:POST}}\", canary: canary@example.test, match: {{value: person.userName}}}}",
        $"content: {{connector: directus, url: \"{content.Url}\", token: \"${{env:CONTENT}}\", match: {{attribute: externalIdentifier, value: person.userName}}}}",
        $"flags: {{connector: unleash, url: \"{flags.Url}\", token: \"${{env:FLAGS}}\", match: {{attribute: username, value: person.userName}}}}",
    });

    /// <summary>The secrets to which <see cref="Systems"/> refers.</summary>
    public IReadOnlyDictionary<string, string?> Secrets => new Dictionary<string, string?>
    {
        ["DOMAIN"] = SambaDomainController.ServicePassword,
        ["ORDERS"] = orders.ConnectionString(),
        ["CACHE"] = RedisServer.Password,
        ["BROKER"] = "operator-password",
        ["MACHINE"] = machine.PrivateKey,
        ["CLOUD"] = KeystoneServer.Password,
        ["POST"] = DovecotServer.Password,
        ["CONTENT"] = DirectusServer.Token,
        ["FLAGS"] = UnleashServer.Token,
    };

    /// <summary>Gives somebody an account on each, with a password and something to lose.</summary>
    public async Task Employ(string user)
    {
        await domain.AddGroup($"team-{user}", await domain.AddAccount(user, password: Password));
        await orders.Run($"create database if not exists shop; create user {user}@'%' identified by '{Password}'; grant select on shop.* to {user}@'%'");
        await cache.Run("ACL", "SETUSER", user, "on", $">{Password}", "~app:*", "+@read");
        await broker.Control("add_user", user, Password);
        await broker.Control("set_permissions", "-p", "/", user, ".*", ".*", ".*");
        var hash = (await ServerProcess.Run("openssl", ["passwd", "-6", Password])).Output.Trim();
        await machine.Run("groupadd --force builders && useradd --create-home --shell /bin/bash --groups builders --password \"$2\" -- \"$1\"", user, hash);
        await cloud.AddUserAsync(user, Password);
        await post.AddMailbox(user);
        await post.Put(user, "everything", $"redirect \"private-of-{user}@elsewhere.test\";\n", active: true);
        await content.AddUserAsync(user, Password);
        await flags.AddUserAsync(user, Password);
    }

    /// <summary>Whether the systems let them in, by the systems' own tools.</summary>
    public async Task<IReadOnlyDictionary<string, bool>> LetIn(string user) => new Dictionary<string, bool>
    {
        ["domain (bind)"] = await domain.SignsIn(user, Password),
        ["domain (ticket)"] = await domain.GetsTicket(user, Password),
        ["orders"] = await orders.LetsIn(user, Password),
        ["cache"] = await cache.LetsIn(user, Password),
        ["broker"] = await Connects(user),
        ["build-host"] = (await machine.SignInWithPassword(user, Password)).ExitCode == 0,
        ["cloud"] = await cloud.SignsInAsync(user, Password),
        ["content (password)"] = await content.SignsInAsync(user, Password),
        ["content (token)"] = await content.TakesTokenAsync(user),
        ["flags"] = await flags.SignsInAsync(user, Password),
    };

    /// <summary>What they still have, by the systems' own tools; empty where nothing is left.</summary>
    public async Task<IReadOnlyList<string>> Left(string user)
    {
        var left = new List<string>();
        left.AddRange((await domain.Values(user, "memberOf")).Select(group => $"domain: {group}"));
        left.AddRange((await orders.Run($"show grants for {user}@'%'")).Split('\n').Where(line => line.Contains("GRANT", StringComparison.Ordinal) && !line.Contains("USAGE", StringComparison.Ordinal)).Select(line => $"orders: {line}"));
        left.AddRange((await broker.Control("list_user_permissions", user)).Split('\n').Where(line => line.StartsWith("/\t", StringComparison.Ordinal)).Select(line => $"broker: {line}"));
        left.AddRange((await machine.Run("id -nG -- \"$1\"", user)).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(group => group != user).Select(group => $"build-host: {group}"));
        var id = (await cloud.SendAsync(HttpMethod.Get, $"users?name={user}"))!["users"]![0]!["id"]!.GetValue<string>();
        left.AddRange((await cloud.SendAsync(HttpMethod.Get, $"role_assignments?user.id={id}"))!["role_assignments"]!.AsArray().Select(role => $"cloud: {role!.ToJsonString()}"));
        var author = (await content.UserAsync(user))!;
        left.AddRange(author["policies"]!.AsArray().Append(author["role"]).OfType<JsonNode>().Select(held => $"content: {held.ToJsonString()}"));
        left.AddRange(await flags.RootRoleAsync(user) is { } role and not UnleashServer.Viewer ? [$"flags: {role}"] : []);
        return left;
    }

    /// <summary>Delivers a mail to them, and says whether it went on to their private address.</summary>
    public async Task<bool> Forwards(string user)
    {
        int Sent() => post.SentTo.Count(to => to == $"private-of-{user}@elsewhere.test");
        var before = Sent();
        await post.Deliver(user, "an offer");
        return Sent() > before;
    }

    public async ValueTask DisposeAsync()
    {
        await post.DisposeAsync();
        await flags.DisposeAsync();
        await content.DisposeAsync();
        cloud.Dispose();
        await machine.DisposeAsync();
        await broker.DisposeAsync();
        await cache.DisposeAsync();
        await orders.DisposeAsync();
        await domain.DisposeAsync();
    }

    private async Task<bool> Connects(string user)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = new UriBuilder(broker.Uri) { UserName = user, Password = Password }.Uri }.CreateConnectionAsync();
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }
}
