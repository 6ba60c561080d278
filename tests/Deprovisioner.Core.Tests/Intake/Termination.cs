using System.Text;
using System.Text.Json.Nodes;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Tests.Intake;

/// <summary>A valid termination, to be spoilt in one place by a test.</summary>
internal static class Termination
{
    public static JsonObject Json() => JsonNode.Parse(
        """
        {"specversion":"1.0","id":"7c1e","source":"/hris/workday","type":"hr.employment.terminated.v1",
         "subject":"E1001","time":"2026-11-21T16:03:11Z","datacontenttype":"application/json",
         "data":{"personId":"P1001","employmentId":"E1001","lastDay":"2026-11-30","timeZone":"Europe/Berlin",
                 "reason":"voluntary","urgent":false,"sequence":42,
                 "person":{"email":"ada@example.test","userName":"ada","givenName":"Ada","familyName":"Byron"},
                 "assignment":{"department":"Finance","title":"Analyst","location":"Berlin","managerId":"P0007","workerType":"employee"},
                 "accounts":[{"system":"crm","accountId":"u-311"}]}}
        """)!.AsObject();

    /// <summary>The termination with the value at a dotted path replaced, given as JSON; null takes it away.</summary>
    public static byte[] With(string path, string? json)
    {
        var root = Json();
        var names = path.Split('.');
        JsonNode owner = root;
        foreach (var name in names[..^1])
        {
            owner = int.TryParse(name, out var index) ? owner[index]! : owner[name]!;
        }

        owner.AsObject().Remove(names[^1]);
        if (json is not null)
        {
            owner[names[^1]] = "\uE000";
        }

        // Put in as text, so that a test can write what no JSON writer would.
        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace("\"\\uE000\"", json, StringComparison.Ordinal));
    }

    public static HrEventParse Parse(string path, string? json) => HrEventParser.Parse(With(path, json));
}
