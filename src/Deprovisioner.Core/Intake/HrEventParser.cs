using Deprovisioner.Contracts;
using Newtonsoft.Json.Linq;

namespace Deprovisioner.Core.Intake;

/// <summary>
/// Bytes to an HR event: CloudEvents 1.0 in the JSON format's structured mode
/// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md). Strict JSON first, then the shipped schema
/// of the event's type, then what no schema can say. Whatever the bytes are, it answers and does not throw.
/// </summary>
public static class HrEventParser
{
    /// <summary>The event, or why it cannot be obeyed.</summary>
    public static HrEventParse Parse(ReadOnlyMemory<byte> raw)
    {
        using var document = StrictJson.Read(raw, out var problem);
        if (document is null)
        {
            return new HrEventParse.Invalid(problem!.Reason, problem.Detail, null, null);
        }

        if (JsonTokens.From(document.RootElement, out problem) is not { } token)
        {
            return new HrEventParse.Invalid(problem!.Reason, problem.Detail, null, null);
        }

        if (token is not JObject envelope)
        {
            return new HrEventParse.Invalid(
                InvalidEventReason.WrongType,
                $"The event is {(token is JArray ? "a list" : "no object")}; send one CloudEvent for each message (the batch format is taken over HTTP only).",
                null,
                null);
        }

        problem = CheckEnvelope(envelope) ?? HrEventSchemas.Check(envelope["type"]!.Value<string>()!, envelope);
        var parsed = problem is null ? Read(envelope, out problem) : null;
        return parsed is not null
            ? new HrEventParse.Valid(parsed)
            : new HrEventParse.Invalid(problem!.Reason, problem.Detail, Fit(envelope, "source"), Fit(envelope, "id"));
    }

    /// <summary>What must hold before the type's schema can be chosen, or would read oddly as a fault of the schema.</summary>
    private static EventProblem? CheckEnvelope(JObject envelope)
    {
        if (Text(envelope, "specversion") != "1.0")
        {
            return new(InvalidEventReason.UnsupportedSpecversion, $"$.specversion is {Describe(envelope["specversion"])}; send a CloudEvent of version '1.0'.");
        }

        if (envelope["type"] is null)
        {
            return new(InvalidEventReason.MissingField, $"$.type is missing; send one of: {string.Join(", ", HrEventTypes.All)}.");
        }

        if (Text(envelope, "type") is not { } type || !HrEventTypes.All.Contains(type))
        {
            return new(InvalidEventReason.UnknownType, $"$.type is {Describe(envelope["type"])}; send one of: {string.Join(", ", HrEventTypes.All)}.");
        }

        if (envelope["data_base64"] is not null)
        {
            return new(InvalidEventReason.UnsupportedContent, "$.data_base64 is not read; send the data as a JSON object in $.data.");
        }

        // JSON format, section 3.1.1: JSON is what has the subtype json or a +json suffix, and what is not specified.
        return Text(envelope, "datacontenttype") is { } content && !IsJson(content)
            ? new(InvalidEventReason.UnsupportedContent, $"$.datacontenttype is {Shown.Quoted(content)}; send application/json.")
            : null;
    }

    private static HrEvent? Read(JObject envelope, out EventProblem? problem)
    {
        var fields = new HrEventFields();
        var data = (JObject)envelope["data"]!;
        var subject = fields.Id(envelope, "subject");
        var employment = fields.Id(data, "employmentId") ?? subject ?? "";
        var read = new HrEvent
        {
            Source = fields.Id(envelope, "source")!,
            Id = fields.Id(envelope, "id")!,
            Type = Text(envelope, "type")!,
            Time = fields.Instant(envelope, "time") ?? default,
            EmploymentId = new(employment),
            PersonId = new(fields.Id(data, "personId") ?? employment),
            Sequence = data["sequence"]?.Value<long>(),
            EffectiveAt = fields.Instant(data, "effectiveAt"),
            LastDay = fields.Date(data, "lastDay"),
            TimeZone = fields.Zone(data, "timeZone"),
            Reason = fields.Label(data, "reason"),
            Urgent = data["urgent"]?.Value<bool>() ?? false,
            LegalHold = data["legalHold"]?.Value<bool?>(),
            Person = Person(data["person"] as JObject, fields),
            Assignment = AssignmentOf(data["assignment"] as JObject, fields),
            Accounts = [.. (data["accounts"] as JArray ?? []).Cast<JObject>().Select(a => new KnownAccount(new(fields.Id(a, "system")!), fields.Id(a, "accountId")!))],
            TraceParent = Text(envelope, "traceparent") is { } trace && IsTraceContext(trace) ? trace : null,
        };
        problem = fields.Problem;
        return problem is null ? read : null;
    }

    private static PersonAttributes? Person(JObject? person, HrEventFields fields)
        => person is null
            ? null
            : new(fields.Email(person, "email"), fields.Id(person, "userName"), fields.Label(person, "givenName"), fields.Label(person, "familyName"));

    private static Assignment? AssignmentOf(JObject? assignment, HrEventFields fields)
        => assignment is null
            ? null
            : new(
                fields.Label(assignment, "department"),
                fields.Label(assignment, "title"),
                fields.Label(assignment, "location"),
                fields.Id(assignment, "managerId") is { } manager ? new PersonId(manager) : null,
                fields.Label(assignment, "workerType"));

    /// <summary>Only what an event could have been stored under: the quarantine shows it, and finds a resubmission by it.</summary>
    private static string? Fit(JObject envelope, string name)
    {
        var fields = new HrEventFields();
        var text = fields.Id(envelope, name);
        return fields.Problem is null && text?.Length <= 256 ? text : null;
    }

    private static string? Text(JObject owner, string name) => owner[name] is { Type: JTokenType.String } text ? text.Value<string>() : null;

    private static string Describe(JToken? value) => value switch
    {
        null => "missing",
        { Type: JTokenType.String } => Shown.Quoted(value.Value<string>()!),
        _ => "no text",
    };

    private static bool IsJson(string mediaType)
    {
        var type = mediaType.Split(';')[0].Trim();
        var subtype = type[(type.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return subtype.Length < type.Length
            && (subtype.Equals("json", StringComparison.OrdinalIgnoreCase) || subtype.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// W3C Trace Context, section 3.2.2: version-traceId-parentId-flags in lower-case hex, version not ff, neither id all zeros. What does
    /// not fit is ignored, as that section asks.
    /// </summary>
    private static bool IsTraceContext(string text)
        => text.Length == 55
            && text.Split('-') is [{ Length: 2 } version, { Length: 32 } trace, { Length: 16 } parent, { Length: 2 } flags]
            && (version + trace + parent + flags).All(char.IsAsciiHexDigitLower)
            && version != "ff"
            && trace.Any(c => c != '0')
            && parent.Any(c => c != '0');
}
