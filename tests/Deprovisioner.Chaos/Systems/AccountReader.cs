using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Chaos.Systems;

/// <summary>What a system itself says of an account.</summary>
internal sealed record AccountStanding(bool CanSignIn, bool InGroup);

/// <summary>Asks the systems themselves, past everything that spoils connections: how each account stands, and what was ever changed.</summary>
internal sealed partial class AccountReader(Estate estate)
{
    public static readonly IReadOnlyList<string> Systems = ["directory", "crm", "warehouse"];

    /// <summary>The directory's log counts its writes within a second, and says no more of their time.</summary>
    private static readonly TimeSpan WholeSecond = TimeSpan.FromSeconds(1);

    /// <summary>By system and user name.</summary>
    public async Task<IReadOnlyDictionary<(string System, string UserName), AccountStanding>> Standings()
    {
        var standings = new Dictionary<(string, string), AccountStanding>();
        await Directory(standings);
        await Warehouse(standings);
        foreach (var person in estate.People)
        {
            var user = await estate.Crm.GetAsync($"Users/{person.CrmId}");
            var group = await estate.Crm.GetAsync($"Groups/{person.CrmGroup}");
            if (user is not null)
            {
                standings[("crm", person.UserName)] = new AccountStanding(user["active"]?.GetValue<bool>() ?? true, group?["members"] is JsonArray { Count: > 0 });
            }
        }

        return standings;
    }

    /// <summary>Each change that the product made, as the systems' own logs have it.</summary>
    public async Task<IReadOnlyList<Write>> Writes()
        => [.. (await DirectoryWrites()).Concat(await WarehouseWrites()).Concat(CrmWrites())];

    private async Task Directory(Dictionary<(string, string), AccountStanding> standings)
    {
        var entries = Ldif.Entries(await estate.Directory.Everything()).ToList();
        var staff = entries.Single(e => e["cn"].Contains("staff"))["member"].ToHashSet(StringComparer.OrdinalIgnoreCase);
        var byDn = entries.ToDictionary(e => e["dn"].First(), StringComparer.OrdinalIgnoreCase);
        foreach (var person in estate.People)
        {
            if (byDn.TryGetValue(person.Dn, out var entry))
            {
                standings[("directory", person.UserName)] = new AccountStanding(!entry.Contains("pwdAccountLockedTime"), staff.Contains(person.Dn));
            }
        }
    }

    private async Task Warehouse(Dictionary<(string, string), AccountStanding> standings)
    {
        await using var data = NpgsqlDataSource.Create(estate.Warehouse.ConnectionString() + ";Pooling=false");
        await using var command = data.CreateCommand("select rolname, rolcanlogin, exists (select from pg_auth_members m where m.member = r.oid) from pg_roles r");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            standings[("warehouse", reader.GetString(0))] = new AccountStanding(reader.GetBoolean(1), reader.GetBoolean(2));
        }
    }

    /// <summary>slapo-accesslog has each value with a sign; the lock attribute taken away unlocks.</summary>
    private async Task<IEnumerable<Write>> DirectoryWrites()
        => Ldif.Entries(await estate.Directory.Writes())
            .Where(e => e["reqAuthzID"].FirstOrDefault()?.Equals(OpenLdapServer.ServiceDn, StringComparison.OrdinalIgnoreCase) == true)
            .SelectMany(e => e["reqMod"].Select(mod => DirectoryWrite(e["reqDN"].First(), mod, Time(e["reqStart"].First()))).OfType<Write>())
            .Select(write => write with { Until = write.At + WholeSecond });

    private Write? DirectoryWrite(string dn, string mod, DateTimeOffset at)
    {
        if (mod.StartsWith("pwdAccountLockedTime:", StringComparison.OrdinalIgnoreCase))
        {
            return new Write("directory", NameIn(dn), at, Cuts: !mod["pwdAccountLockedTime:".Length..].StartsWith('-') && mod.Contains("000001010000Z", StringComparison.Ordinal), mod);
        }

        return mod.StartsWith("member:", StringComparison.OrdinalIgnoreCase) && mod.Contains(OpenLdapServer.PeopleDn, StringComparison.OrdinalIgnoreCase)
            ? new Write("directory", NameIn(mod[(mod.IndexOf(' ', StringComparison.Ordinal) + 1)..]), at, Cuts: mod["member:".Length] == '-', mod)
            : null;
    }

    private async Task<IEnumerable<Write>> WarehouseWrites()
    {
        var lines = await estate.Warehouse.LogLines("writes/writes.log");
        return lines.Select(line => WarehouseStatement().Match(line)).Where(m => m.Success).Select(m => new Write(
            "warehouse",
            m.Groups["role"].Value,
            DateTimeOffset.Parse(m.Groups["at"].Value.Replace(" UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture),
            Cuts: m.Groups["verb"].Value is "nologin" or "revoke analysts from",
            m.Groups["sql"].Value));
    }

    private IEnumerable<Write> CrmWrites()
    {
        var byId = estate.People.SelectMany(p => new[] { (Id: p.CrmId, p.UserName), (Id: p.CrmGroup, p.UserName) }).ToDictionary(p => p.Id, p => p.UserName);
        return estate.CrmProxy.Changes.Select(c => new Write(
            "crm",
            byId.GetValueOrDefault(c.Path.Split('/')[^1], c.Path),
            c.At,
            Cuts: c.Body.Contains("\"remove\"", StringComparison.OrdinalIgnoreCase) || c.Body.Contains("false", StringComparison.OrdinalIgnoreCase),
            c.Body));
    }

    private static string NameIn(string dn) => dn.Split(',')[0].Split('=')[1].ToLowerInvariant();

    /// <summary>20261130020711.000123Z</summary>
    private static DateTimeOffset Time(string generalized)
        => DateTimeOffset.ParseExact(generalized, "yyyyMMddHHmmss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex("""^(?<at>[^|]*)\|cutter\|.*?:\s+(?<sql>alter role "?(?<role>u\d+)"? (?<verb>nologin|login)|(?<verb>revoke analysts from|grant analysts to) "?(?<role>u\d+)"?)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WarehouseStatement();
}
