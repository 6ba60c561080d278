using System.Text.Json.Nodes;
using Deprovisioner.Contracts;

namespace Deprovisioner.Worker.Tests.CrashSweep;

/// <summary>The reference plans.</summary>
internal static class Scenarios
{
    public const string Person = "P1";

    public const string Mail = "ada@example.test";

    /// <summary>The instants that HR names, to the minute or second.</summary>
    public static readonly string[] Said = ["2026-01-01T08:00:00", "2026-03-02T08:59:00", "2026-03-01T10:0"];

    private const string Systems =
        """
        systems:
          directory: {connector: memory, match: {value: person.email}, limits: {concurrency: 100, perSecond: 10000}}
          crm: {connector: memory, match: {value: person.email}, limits: {concurrency: 100, perSecond: 10000}}
          wiki: {connector: memory, match: {value: person.email}, limits: {concurrency: 100, perSecond: 10000}}
          badge: {connector: manual, owner: facilities, within: 24h}
        guard: {window: 24h, maxLeavers: 50}

        """;

    /// <summary>All four stages: a system that was paused beforehand, one that fails once, one that finishes later, a task for a person that is late, a chain of needs, a deletion after a month.</summary>
    public static Scenario Leaver { get; } = new(
        "a leaver",
        Systems + """
        policies:
          - name: leaver
            when: {event: terminated}
            retry: {first: 10s, max: 1m, for: 4h}
            stages:
              - {name: contain, within: 1h, steps: [{system: "*", action: disable-account}, {system: directory, action: revoke-sessions}]}
              - {name: revoke, within: 4h, steps: [{system: "*", action: remove-entitlements}]}
              - name: handover
                within: 1d
                steps:
                  - {system: crm, action: transfer-data, to: manager}
                  - {system: badge, action: manual-task, instruction: "Collect the badge", needs: [{system: crm, action: transfer-data}]}
              - {name: retire, after: 30d, steps: [{system: crm, action: delete-account}]}
        """,
        [
            new("true", run => run.Ask("pause", system: "wiki")),
            new("exists (select from systems where paused_by is not null)", run => run.Publish("hired", 1)),
            new("exists (select from inbox)", run => run.Publish("terminated", 2)),
            new("exists (select from audit where type = 'step-deferred')", run => run.Ask("resume", system: "wiki")),
            new("exists (select from steps where status = 'open-task' and task_overdue_told)", run => run.Ask("resolve", step: "status = 'open-task'")),
        ])
    {
        FailsOnce = ("crm", StepAction.RemoveEntitlements),
        FinishesLater = ("wiki", StepAction.DisableAccount),
    };

    /// <summary>A termination is rescinded once everything is contained and before anything else was taken: what was taken is given back, and the rest never happens.</summary>
    public static Scenario Rescinded { get; } = new(
        "a termination that is rescinded in the middle",
        Systems + """
        policies:
          - name: leaver
            when: {event: terminated}
            retry: {first: 10s, max: 1m, for: 4h}
            stages:
              - {name: contain, within: 1h, steps: [{system: "*", action: disable-account}, {system: crm, action: remove-entitlements}]}
              - {name: revoke, after: 1d, steps: [{system: "*", action: remove-entitlements}]}
          - name: back
            when: {event: termination-rescinded}
            retry: {first: 10s, max: 1m, for: 4h}
            stages: [{name: restore, steps: [{system: "*", action: restore-account}]}]
        """,
        [
            new("true", run => run.Publish("hired", 1)),
            new("exists (select from inbox)", run => run.Publish("terminated", 2)),
            new("exists (select from sagas where contained_at is not null)", run => run.Publish("termination-rescinded", 3)),
        ])
    {
        FailsOnce = ("directory", StepAction.RestoreAccount),
    };

    public static IReadOnlyList<Scenario> All { get; } = [Leaver, Rescinded];

    public static string Event(string type, int sequence)
        => new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = $"event-{sequence}",
            ["source"] = "/hris/test",
            ["type"] = $"hr.employment.{type}.v1",
            ["time"] = $"2026-03-01T10:0{sequence}:00Z",
            ["datacontenttype"] = "application/json",
            ["data"] = new JsonObject
            {
                ["personId"] = Person,
                ["employmentId"] = "E1",
                ["sequence"] = sequence,
                ["effectiveAt"] = type == "hired" ? "2026-01-01T08:00:00Z" : "2026-03-02T08:59:00Z",
                ["person"] = new JsonObject { ["email"] = Mail, ["userName"] = "ada" },
            },
        }.ToJsonString();
}
