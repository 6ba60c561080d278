using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

/// <summary>More accounts than a server gives at once.</summary>
[Collection(DirectoryTests.Name)]
public sealed class LdapListTests(SharedDirectory shared) : IAsyncLifetime
{
    private const string Base = $"ou=many,{OpenLdapServer.BaseDn}";
    private const int Count = 1203;

    private readonly OpenLdapServer server = shared.Server;
    private readonly IConnector connector = shared.Server.Connect(settings: [("baseDn", Base)]);

    public async Task InitializeAsync()
    {
        if (await server.Exists(Base))
        {
            return;
        }

        var people = Enumerable.Range(0, Count).Select(n => $"dn: uid=m{n},{Base}\nobjectClass: inetOrgPerson\nuid: m{n}\ncn: m{n}\nsn: m{n}\nmail: m{n}@example.test\nemployeeType: many\n"
            + (n % 100 == 0 ? "pwdAccountLockedTime: 000001010000Z\n" : ""));
        await server.Add($"dn: {Base}\nobjectClass: organizationalUnit\nou: many\n\n{string.Join('\n', people)}\ndn: cn=without-mail,{Base}\nobjectClass: person\ncn: without-mail\nsn: x");
    }

    public async Task DisposeAsync() => await connector.DisposeAsync();

    [Fact]
    public async Task All_accounts_are_listed_once_with_whether_they_are_enabled()
    {
        var all = new List<ListedAccount>();
        var pages = 0;
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            all.AddRange(page.Accounts);
            cursor = page.NextCursor;
            pages++;
            // What is asked between two pages does not disturb them, even where it is paged itself.
            await connector.FindAsync("m1@example.test", default);
        }
        while (cursor is not null);

        Assert.Equal(3, pages);
        Assert.Equal(Count, all.Select(one => one.Account.Id).Distinct().Count());
        Assert.Equal(Count, all.Count);
        Assert.Equal(13, all.Count(one => !one.Enabled));
        Assert.Contains(all, one => one.MatchValue == "m7@example.test" && one.Account.Name == $"uid=m7,{Base}");
    }

    [Fact]
    public async Task Two_lists_go_on_beside_each_other()
    {
        var first = await connector.ListAsync(null, default);
        var second = await connector.ListAsync(null, default);
        Assert.NotEqual(first.NextCursor, second.NextCursor);

        var ofFirst = await connector.ListAsync(first.NextCursor, default);
        var ofSecond = await connector.ListAsync(second.NextCursor, default);

        Assert.Equal(ofFirst.Accounts.Select(a => (a.Account, a.Enabled, a.MatchValue)), ofSecond.Accounts.Select(a => (a.Account, a.Enabled, a.MatchValue)));
    }

    [Fact]
    public async Task A_cursor_is_good_once_and_an_unknown_one_is_told()
    {
        var cursor = (await connector.ListAsync(null, default)).NextCursor;
        await connector.ListAsync(cursor, default);

        Assert.Equal("cursor-expired", (await Directories.FaultOf(() => connector.ListAsync(cursor, default))).Code);
        Assert.Equal("cursor-expired", (await Directories.FaultOf(() => connector.ListAsync("made up", default))).Code);
    }

    [Fact]
    public async Task More_matches_than_a_page_are_all_found()
    {
        await using var types = server.Connect(match: "employeeType", settings: [("baseDn", Base)]);

        Assert.Equal(Count, (await types.FindAsync("many", default)).Count);
    }

    [Fact]
    public async Task A_list_that_the_server_cuts_short_is_a_fault_and_not_a_short_list()
    {
        await using var reader = server.Connect(match: "employeeType", settings: [("baseDn", Base), ("bindDn", OpenLdapServer.ReaderDn), ("password", OpenLdapServer.ReaderPassword)]);

        var fault = await Directories.FaultOf(() => reader.FindAsync("many", default));

        Assert.Equal((Outcome.Rejected, "ldap-4"), (fault.Outcome, fault.Code));
    }
}
