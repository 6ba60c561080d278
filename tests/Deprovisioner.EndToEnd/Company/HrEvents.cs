using System.Text.Json.Nodes;

namespace Deprovisioner.EndToEnd;

/// <summary>Events as an HR system would write them.</summary>
internal static class HrEvents
{
    public static string Hired(Employee who, long sequence = 1) => Of("hired", who, sequence, Person(who));

    public static string Terminated(Employee who, long sequence = 2, string? id = null, JsonObject? more = null)
    {
        var data = Person(who);
        data["reason"] = "voluntary";
        foreach (var (key, value) in more ?? [])
        {
            data[key] = value?.DeepClone();
        }

        return Of("terminated", who, sequence, data, id);
    }

    public static string Of(string type, Employee who, long sequence, JsonObject data, string? id = null, string? employment = null)
    {
        data["personId"] = who.PersonId;
        data["employmentId"] = employment ?? who.EmploymentId;
        data["sequence"] = sequence;
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id ?? Guid.NewGuid().ToString(),
            ["source"] = "/hris/test",
            ["type"] = $"hr.employment.{type}.v1",
            ["subject"] = employment ?? who.EmploymentId,
            ["time"] = $"2026-11-20T10:{sequence % 60:00}:00Z",
            ["datacontenttype"] = "application/json",
            ["data"] = data,
        }.ToJsonString();
    }

    public static JsonObject Person(Employee who)
        => new() { ["person"] = new JsonObject { ["email"] = who.Mail, ["userName"] = who.UserName, ["givenName"] = "Some", ["familyName"] = "Body" } };
}
