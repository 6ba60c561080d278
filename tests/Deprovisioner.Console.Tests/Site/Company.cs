using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Storage.Access;
using Deprovisioner.Testing;

namespace Deprovisioner.Console.Tests.Site;

/// <summary>A small company in which everything that the console shows has happened: people who left, and were held, and failed, and wait.</summary>
internal static class Company
{
    public const string Left = "P-left";
    public const string Failed = "P-twin-1";
    public const string Protected = "P-ceo";
    public const string ToApprove = "P-fired";

    /// <summary>Protected too; has not left yet.</summary>
    public const string Chair = "P-chair";

    public static async Task PrepareWarehouse(PostgresServer server)
    {
        await server.NewDatabase("warehouse");
        foreach (var role in new[] { "canary", "left", "twin", "ceo", "fired", "stays" })
        {
            await server.Execute($"create role {role} login");
        }
    }

    /// <summary>The organisation's file, and the secrets that it refers to beside it.</summary>
    public static async Task<string> WriteConfiguration(PostgresServer server, string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "warehouse"), server.ConnectionString("warehouse"));
        await File.WriteAllTextAsync(Path.Combine(folder, "archive"), $"Host=127.0.0.1;Port={LoopbackPort.Free()};Database=none;Username=none;Password=none");
        var path = Path.Combine(folder, "deprovisioner.yaml");
        await File.WriteAllTextAsync(path, Configuration(folder));
        return path;
    }

    private static string Configuration(string folder)
        => $$"""
            systems:
              warehouse:
                connector: postgres
                connection: "${file:{{folder}}/warehouse}"
                match: {value: person.userName}
                canary: canary
                limits: {concurrency: 8, perSecond: 500, timeout: 5s, lease: 20s}
              archive:
                connector: postgres
                connection: "${file:{{folder}}/archive}"
                match: {value: person.userName}
                canary: canary
                limits: {concurrency: 1, perSecond: 1, timeout: 1s, lease: 5s}
              badge: {connector: manual, owner: facilities, within: 24h, verify: required}
            policies:
              - name: fired
                when: {event: terminated, reason: [misconduct]}
                stages:
                  - {name: contain, within: 5m, steps: [{system: warehouse, action: disable-account}]}
                  - {name: retire, approval: required, steps: [{system: warehouse, action: delete-account}]}
              - name: archived
                when: {event: terminated, reason: [retirement]}
                stages:
                  - {name: contain, within: 1h, steps: [{system: archive, action: disable-account}]}
              - name: leaver
                when: {event: terminated}
                stages:
                  - {name: contain, within: 1h, steps: [{system: warehouse, action: disable-account}, {system: warehouse, action: revoke-sessions}]}
                  - {name: handover, within: 2d, steps: [{system: badge, action: manual-task, instruction: "Collect the badge"}]}
            protected: {people: [P-ceo, P-chair]}
            guard: {window: 24h, maxLeavers: 50}
            drift: off
            """;

    /// <summary>What HR says, and until it has come to where it stays.</summary>
    public static async Task Settle(ConsoleSite site)
    {
        await site.Publish(
            Hired(Left, "left"), Hired(Failed, "twin"), Hired("P-twin-0", "twin"), Hired("P-twin-2", "twin"), Hired(Protected, "ceo"), Hired(ToApprove, "fired"), Hired("P-stays", "stays"), Hired("P-old", "old"),
            Terminated(Left, "voluntary"), Terminated(Failed, "voluntary"), Terminated(Protected, "voluntary"), Terminated(ToApprove, "misconduct"), Terminated("P-old", "retirement"));
        using var hr = site.As(AccessRoles.Publisher);
        using var invalid = new StringContent("""{"specversion":"1.0","id":"bad","source":"/hris","type":"hr.employment.hired.v9"}""", Encoding.UTF8, "application/cloudevents+json");
        using var refused = await hr.PostAsync("/ingest/hr-events", invalid);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        await Eventually.True("everything to have come to where it stays", async () =>
            await site.Scalar<long>("select count(*) from sagas where status = 'held'") == 2
            && await site.Scalar<long>("select count(*) from steps where status = 'failed'") >= 1
            && await site.Scalar<long>("select count(*) from steps where status = 'open-task'") >= 1
            && await site.Scalar<long>("select count(*) from systems where gate = 'down'") == 1
            && await site.Scalar<long>("select count(*) from quarantine") == 1, TimeSpan.FromMinutes(2));
    }

    public static JsonObject Hired(string person, string userName)
        => Event("hired", person, new JsonObject { ["person"] = new JsonObject { ["userName"] = userName, ["email"] = $"{person.ToLowerInvariant()}@example.test", ["givenName"] = "Ada", ["familyName"] = "Byron" } });

    public static JsonObject Terminated(string person, string reason) => Event("terminated", person, new JsonObject { ["reason"] = reason });

    private static JsonObject Event(string type, string person, JsonObject data)
    {
        data["personId"] = person;
        data["employmentId"] = person + "-1";
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = $"{type}-{person}",
            ["source"] = "/hris",
            ["type"] = $"hr.employment.{type}.v1",
            ["subject"] = person + "-1",
            ["time"] = type == "hired" ? "2026-01-02T10:00:00Z" : "2026-11-20T10:00:00Z",
            ["datacontenttype"] = "application/json",
            ["data"] = data,
        };
    }
}
