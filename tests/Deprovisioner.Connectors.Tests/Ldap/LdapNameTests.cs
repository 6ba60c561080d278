using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

/// <summary>Names that are made to find, or to hit, somebody else.</summary>
[Collection(DirectoryTests.Name)]
public sealed class LdapNameTests(SharedDirectory shared) : IAsyncLifetime
{
    private readonly OpenLdapServer server = shared.Server;
    private readonly IConnector connector = shared.Server.Connect(match: "cn");

    public static TheoryData<string> Names { get; } = new(
        "*)(uid=*", "*", "x,dc=evil", @"\", @"\2a", "a\0b", "left\u200fright", new string('n', 10_000), "'); DROP TABLE people;--", "x\",\"active\":true",
        " # leading and trailing ", "+=<>;\"", "Zoë Ünal 漢字 😀", ")(|(objectClass=*)", "cn=admin,dc=example,dc=test");

    public async Task InitializeAsync()
    {
        if (!await server.Exists($"cn=victim,{OpenLdapServer.PeopleDn}"))
        {
            await server.AddPerson("victim", uid: "victim", mail: "victim@example.test", password: "victims");
        }
    }

    public async Task DisposeAsync() => await connector.DisposeAsync();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_that_nobody_has_finds_nobody(string value)
    {
        foreach (var match in new[] { "mail", "uid", "cn" })
        {
            await using var asker = server.Connect(match: match);
            Assert.Empty(await asker.FindAsync(value + "~", default));
            Assert.Null(await asker.ReadAsync(value, default));
        }
    }

    [Fact]
    public async Task Half_a_surrogate_pair_finds_nobody() => Assert.Empty(await connector.FindAsync("\ud83d", default));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whoever_has_the_name_is_found_and_cut_and_nobody_else_is_touched(string value)
    {
        // A relative name has a length limit in slapd; the long one is an ordinary value.
        var dn = value.Length < 1000 ? await server.AddPerson(value, password: "hers") : await server.AddPerson("long", more: OpenLdapServer.Line("cn", value), password: "hers");
        var id = await server.EntryUuid(dn);
        var group = await server.AddGroup("of-" + Guid.NewGuid().ToString("N"), "groupOfNames", dn);
        var others = await Others(dn, group);

        Assert.Equal([new AccountRef(id, dn)], await connector.FindAsync(value, default));
        await connector.Do(StepAction.DisableAccount, id);
        await connector.Do(StepAction.RemoveEntitlements, id);
        await connector.Do(StepAction.RevokeCredentials, id);
        Assert.Equal([OpenLdapServer.ServiceDn], await server.Values(group, "member"));
        await connector.Do(StepAction.DeleteAccount, id);

        Assert.False(await server.Exists(dn));
        Assert.Equal(others, await Others(dn, group));
    }

    [Fact]
    public async Task A_value_that_only_the_server_takes_for_equal_is_ambiguous()
    {
        // RFC 4518, section 2.6.1: several blanks count as one.
        var two = "two " + Guid.NewGuid().ToString("N");
        await server.AddPerson(two);
        Assert.Single(await connector.FindAsync(two.ToUpperInvariant(), default));

        var fault = await Directories.FaultOf(() => connector.FindAsync(two.Replace(" ", "  ", StringComparison.Ordinal), default));

        Assert.Equal((Outcome.Ambiguous, "match-not-exact"), (fault.Outcome, fault.Code));
    }

    [Theory]
    [InlineData("ann@example.test", "(mail=ann@example.test)")]
    [InlineData("*)(uid=*", @"(mail=\2a\29\28uid\3d\2a)")]
    [InlineData("\\\0é", @"(mail=\5c\00\c3\a9)")]
    public void Whatever_could_mean_something_is_written_as_hex(string value, string expected) => Assert.Equal(expected, LdapFilter.Equal("mail", value));

    /// <summary>All entries but these two, with their operational attributes; of the bound account all but the groups that it holds the place in.</summary>
    private async Task<IReadOnlyList<string>> Others(string dn, string group)
        => [.. (await server.Everything()).Replace("\n ", "", StringComparison.Ordinal).Split("\n\n")
            .Where(entry => !Is(entry, dn) && !Is(entry, group) && !Is(entry, OpenLdapServer.ServiceDn)).Order(StringComparer.Ordinal)];

    private static bool Is(string entry, string dn)
        => entry.Contains($"dn: {dn}\n", StringComparison.Ordinal) || entry.Contains(OpenLdapServer.Line("dn", dn) + "\n", StringComparison.Ordinal);
}
