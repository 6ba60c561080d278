using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Deprovisioner.Chaos.Hr;

/// <summary>One event as HR keeps it until it knows that it has arrived.</summary>
/// <param name="id">The CloudEvent's id; of garbage only a name for it.</param>
/// <param name="about">The decision; null: garbage.</param>
internal sealed class HrMessage(string id, byte[] body, Said? about)
{
    public string Id { get; } = id;

    public byte[] Body { get; } = body;

    public Said? About { get; } = about;

    /// <summary>When it was first on its way to the broker; null: not yet.</summary>
    public DateTimeOffset? OfferedAt { get; set; }

    /// <summary>The broker was emptied before it arrived.</summary>
    public bool MayBeGone { get; set; }

    /// <summary>When the broker confirmed it the first time; null: not yet.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>When it was first seen in the inbox, or in quarantine; so it was there by then.</summary>
    public DateTimeOffset? TakenInAt { get; set; }

    public static HrMessage Of(Person person, Planned planned, DateTimeOffset now)
    {
        var said = new Said(planned.Employment, planned.Decision, person.NextSequence(), now, now + (planned.In ?? TimeSpan.Zero));
        var data = new JsonObject
        {
            ["personId"] = person.Id,
            ["employmentId"] = planned.Employment,
            ["sequence"] = said.Sequence,
        };
        if (planned.Decision is not (Decision.Transferred or Decision.Changed))
        {
            data["person"] = new JsonObject { ["email"] = person.Mail, ["userName"] = person.UserName };
        }

        if (planned.Decision is Decision.Transferred or Decision.Changed)
        {
            data["assignment"] = new JsonObject { ["department"] = "Finance", ["title"] = $"Analyst {said.Sequence}" };
        }
        else if (planned.In is not null || planned.Late > TimeSpan.Zero)
        {
            // What is told late still means the time at which HR decided.
            data["effectiveAt"] = Text(said.EffectiveAt);
        }

        if (planned.Decision is Decision.Terminated)
        {
            data["reason"] = planned.Urgent ? "misconduct" : "voluntary";
            data["urgent"] = planned.Urgent;
        }

        var id = $"{person.Id}-{said.Sequence}";
        var body = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id,
            ["source"] = "/hris/chaos",
            ["type"] = $"hr.employment.{TypeOf(planned.Decision)}.v1",
            ["time"] = Text(now),
            ["data"] = data,
        };
        person.Said.Add(said);
        return new HrMessage(id, Encoding.UTF8.GetBytes(body.ToJsonString()), said);
    }

    /// <summary>What no reader can take for an event.</summary>
    public static HrMessage Garbage(Random random, int number)
    {
        var text = random.Next(4) switch
        {
            0 => $"{{\"specversion\": \"1.0\", \"id\": \"{number}",
            1 => $"{{\"specversion\": \"1.0\", \"id\": \"garbage-{number}\", \"source\": \"/hris/chaos\", \"type\": \"hr.employment.promoted.v1\", \"time\": \"2026-01-01T00:00:00Z\", \"data\": {{}}}}",
            2 => $"{{\"specversion\": \"1.0\", \"id\": \"garbage-{number}\", \"source\": \"/hris/chaos\", \"type\": \"hr.employment.terminated.v1\", \"time\": \"yesterday\", \"data\": {{\"personId\": \"Pu0001\"}}}}",
            _ => $"<event number='{number}'/>",
        };
        return new HrMessage($"garbage-{number}", Encoding.UTF8.GetBytes(text), null);
    }

    private static string TypeOf(Decision decision)
        => decision switch
        {
            Decision.Hired => "hired",
            Decision.Transferred => "transferred",
            Decision.Changed => "changed",
            Decision.Terminated => "terminated",
            Decision.Rescinded => "termination-rescinded",
            Decision.LeaveStarted => "leave-started",
            Decision.LeaveEnded => "leave-ended",
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision, "Not a decision."),
        };

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
