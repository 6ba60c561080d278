using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Postgres;
using Deprovisioner.Connectors.Scim;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Connectors.Tests.Ldap;
using Deprovisioner.Connectors.Tests.Postgres;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Deprovisioner.Connectors.Tests.Hosting;

/// <summary>Lists through the host, as the orchestrator asks for them: a page an answer, and each fault an answer too.</summary>
public sealed class AccountListTests
{
    [Fact]
    public async Task A_directory_with_more_than_a_servers_limit_is_listed_page_by_page()
    {
        await using var server = await OpenLdapServer.StartAsync();
        await server.Add(string.Join('\n', Enumerable.Range(0, 1100).Select(n => $"dn: uid=m{n},{OpenLdapServer.PeopleDn}\nobjectClass: inetOrgPerson\nuid: m{n}\ncn: m{n}\nsn: m{n}\nmail: m{n}@example.test\n")));
        await server.AddPerson("svc-backup", uid: "svc-backup", mail: "backup@example.test");
        var isProtected = new ProtectedEntries([], new Dictionary<string, IReadOnlyList<string>> { ["corp-ldap"] = ["svc-*"] });
        await using var host = new Lister(new LdapKind(), Directories.Settings(server.Url), isProtected);

        var pages = await host.All();

        Assert.True(pages.Count >= 3, $"{pages.Count} pages");
        Assert.Equal(Enumerable.Range(1, pages.Count), pages.Select(p => p.Page));
        var accounts = pages.SelectMany(p => p.Accounts).ToList();
        Assert.Equal(1100, accounts.Count(a => a.MatchValue!.StartsWith('m') && a is { Enabled: true, Protected: false }));
        Assert.Equal(accounts.Count, accounts.DistinctBy(a => a.AccountId).Count());

        // By the name that people call it by, which is neither its id, nor its DN, nor what it is matched by.
        Assert.True(Assert.Single(accounts, a => a.MatchValue == "backup@example.test").Protected);
    }

    [Fact]
    public async Task A_cursor_that_is_gone_is_told_and_the_list_can_begin_anew()
    {
        await using var server = await OpenLdapServer.StartAsync();
        await server.AddPerson("ada", mail: "ada@example.test");
        await using var host = new Lister(new LdapKind(), Directories.Settings(server.Url));

        Assert.Equal(ListingFault.CursorExpired, (await host.Ask(2, "of another host")).Fault!.Code);
        Assert.Single((await host.Ask(3, null)).Accounts);
    }

    [Fact]
    public async Task A_directory_that_is_down_or_refuses_us_is_a_fault_and_no_empty_list()
    {
        await using var server = await OpenLdapServer.StartAsync();
        await using var refused = new Lister(new LdapKind(), Directories.Settings(server.Url, settings: ("password", "wrong")));
        await using var down = new Lister(new LdapKind(), Directories.Settings($"ldap://127.0.0.1:{LoopbackPort.Free()}"));

        Assert.Equal(Outcome.Unauthorized, (await refused.Ask(1, null)).Fault!.Outcome);
        Assert.Equal((Outcome.Transient, Fault.Unreachable), ((await down.Ask(1, null)).Fault!.Outcome, (await down.Ask(1, null)).Fault!.Code));
        Assert.Equal("unknown-system", (await down.Ask(1, null, "elsewhere")).Fault!.Code);
    }

    [Fact]
    public async Task A_scim_system_is_listed_page_by_page()
    {
        using var server = await ScimServer.StartAsync();
        for (var i = 0; i < 230; i++)
        {
            await server.AddUserAsync($"u{i}@example.test", user => user["displayName"] = i == 7 ? "break glass" : $"User {i}");
        }

        var settings = new SystemSettings
        {
            Name = new SystemName("crm"),
            Connector = "scim",
            Values = new Dictionary<string, string> { ["url"] = server.Url, ["token"] = server.Token },
            Match = new AccountMatch("userName", "person.email"),
        };
        await using var host = new Lister(new ScimKind(), settings, new ProtectedEntries([], new Dictionary<string, IReadOnlyList<string>> { ["*"] = ["break glass"] }));

        var pages = await host.All();

        Assert.True(pages.Count >= 3, $"{pages.Count} pages");
        Assert.Equal(230, pages.SelectMany(p => p.Accounts).Select(a => a.MatchValue).Distinct().Count());
        Assert.Equal("u7@example.test", Assert.Single(pages.SelectMany(p => p.Accounts), a => a.Protected).MatchValue);
    }

    private sealed class Lister : IAsyncDisposable
    {
        private readonly ConnectedSystems systems;
        private readonly AccountLister lister;
        private readonly SystemSettings settings;

        public Lister(IConnectorKind kind, SystemSettings settings, ProtectedEntries? isProtected = null)
        {
            this.settings = settings;
            var secrets = new Directories.PlainSecrets();
            systems = new ConnectedSystems([settings], [kind], secrets, ConformanceHost.Quick, TimeProvider.System);
            lister = new AccountLister(systems, () => isProtected ?? ProtectedEntries.None, secrets, NullLogger<AccountLister>.Instance);
        }

        public Task<AccountsListed> Ask(int page, string? cursor, string? system = null)
            => lister.ListAsync(new ListAccounts(system is null ? settings.Name : new SystemName(system), new ReconciliationId(Guid.Empty), page, cursor), default);

        public async Task<IReadOnlyList<AccountsListed>> All()
        {
            var pages = new List<AccountsListed>();
            do
            {
                pages.Add(await Ask(pages.Count + 1, pages.LastOrDefault()?.NextCursor));
                Assert.Null(pages[^1].Fault);
            }
            while (pages[^1].NextCursor is not null);
            return pages;
        }

        public ValueTask DisposeAsync() => systems.DisposeAsync();
    }
}

/// <summary>The same with PostgreSQL's roles, some of which the cluster guards itself.</summary>
[Collection(nameof(PostgresFixture))]
public sealed class RoleListTests(PostgresFixture fixture)
{
    [Fact]
    public async Task Roles_are_listed_and_those_that_are_never_touched_are_said_to_be()
    {
        var name = fixture.NewName("listed");
        await fixture.Server.Execute($"create role {name} login");
        var settings = PostgresTarget.With(fixture.Server.ConnectionString());
        await using var systems = new ConnectedSystems([settings], [new PostgresKind()], new Directories.PlainSecrets(), ConformanceHost.Quick, TimeProvider.System);
        var lister = new AccountLister(systems, () => ProtectedEntries.None, new Directories.PlainSecrets(), NullLogger<AccountLister>.Instance);

        var page = await lister.ListAsync(new ListAccounts(settings.Name, new ReconciliationId(Guid.Empty), 1, null), default);

        Assert.False(Assert.Single(page.Accounts, a => a.Name == name).Protected);
        Assert.True(Assert.Single(page.Accounts, a => a.Name == "postgres").Protected);
    }
}
