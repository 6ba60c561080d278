using System.Collections.Concurrent;
using Deprovisioner.Contracts;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Deprovisioner.Core.Intake;

/// <summary>The shipped schemas, compiled once each, and their verdict in our own words.</summary>
internal static class HrEventSchemas
{
    private static readonly ConcurrentDictionary<string, JsonSchema> Compiled = new(StringComparer.Ordinal);

    // Dates, zones and addresses are checked by HrEventFields: the library's format checks take what is no RFC 3339.
    private static readonly JsonSchemaValidator Validator = new(new JsonSchemaValidatorSettings { FormatValidators = [] });

    /// <summary>The first thing that the event type's schema refuses, or null.</summary>
    /// <param name="type">One of <see cref="HrEventTypes"/>.</param>
    public static EventProblem? Check(string type, JObject envelope)
    {
        var schema = Compiled.GetOrAdd(type, Compile);
        foreach (var error in Validator.Validate(envelope, schema))
        {
            return Explain(error, envelope);
        }

        return null;
    }

    // The shared definitions are put into each type's schema: a relative $ref would send the library to a file or an address.
    private static JsonSchema Compile(string type)
    {
        var schema = JObject.Parse(Schemas.Text(Schemas.FileOf(type)).Replace($"{Schemas.CommonFile}#", "#", StringComparison.Ordinal));
        schema["definitions"] = JObject.Parse(Schemas.Text(Schemas.CommonFile))["definitions"];

        // Completes at once: nothing is read from outside.
        return JsonSchema.FromJsonAsync(schema.ToString()).GetAwaiter().GetResult();
    }

    private static EventProblem Explain(ValidationError error, JObject envelope)
    {
        if (Cause(error) is { } cause)
        {
            return Explain(cause, envelope);
        }

        var inside = (error.Path ?? "").TrimStart('#', '/');
        var path = inside.Length == 0 ? "$" : $"$.{inside}";
        var shown = envelope.SelectToken(path) is { } value ? Value(value) : "nothing";
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => new(InvalidEventReason.MissingField, $"{path} is missing; the event's type requires it."),
            ValidationErrorKind.NotAnyOf when path == "$" => new(InvalidEventReason.MissingField, "$.data.employmentId and $.subject are both missing; name the employment in one of them."),
            ValidationErrorKind.NotAnyOf => new(InvalidEventReason.MissingField, $"{path} needs an email or a userName, since nothing else finds the person's accounts."),
            ValidationErrorKind.ExcludedSchemaValidates => new(InvalidEventReason.ConflictingFields, "$.data.lastDay and $.data.effectiveAt exclude each other; send the one that is meant."),
            ValidationErrorKind.StringTooLong => new(InvalidEventReason.TooLong, $"{path} is {shown}, longer than the {error.Schema.MaxLength} characters allowed; shorten it."),
            ValidationErrorKind.TooManyItems => new(InvalidEventReason.TooLong, $"{path} has more than the {error.Schema.MaxItems} items allowed; send the rest in another event."),
            ValidationErrorKind.StringTooShort => new(InvalidEventReason.Blank, $"{path} is empty; send a value, or leave it out if it is optional."),
            ValidationErrorKind.NumberTooSmall or ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig
                => new(InvalidEventReason.OutOfRange, $"{path} is {shown}; send a whole number from {error.Schema.Minimum} to {error.Schema.Maximum}."),
            var kind when IsWrongType(kind) => new(InvalidEventReason.WrongType, $"{path} is {shown}; send {Wanted(error.Schema)}."),
            _ => new(InvalidEventReason.Schema, $"{path} is {shown}, which the schema of the event's type refuses ({error.Kind}); see {Schemas.FileOf("<type>")}."),
        };
    }

    /// <summary>
    /// The error inside an error that says which part failed. Of "neither a text nor null" only a text that breaks a rule of texts
    /// is worth telling; anything else is of the wrong type.
    /// </summary>
    private static ValidationError? Cause(ValidationError error)
        => error switch
        {
            MultiTypeValidationError types => types.Errors.Values.SelectMany(e => e).FirstOrDefault(e => !IsWrongType(e.Kind)),
            ChildSchemaValidationError { Kind: ValidationErrorKind.NotAllOf or ValidationErrorKind.ArrayItemNotValid } parts => parts.Errors.Values.SelectMany(e => e).FirstOrDefault(),
            _ => null,
        };

    private static bool IsWrongType(ValidationErrorKind kind) => kind
        is ValidationErrorKind.StringExpected or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected or ValidationErrorKind.BooleanExpected
        or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected or ValidationErrorKind.NullExpected or ValidationErrorKind.NoTypeValidates;

    private static string Value(JToken token) => token.Type switch
    {
        JTokenType.String => Shown.Quoted(token.Value<string>()!),
        JTokenType.Object => "an object",
        JTokenType.Array => "a list",
        JTokenType.Boolean => token.Value<bool>() ? "true" : "false",
        _ => Shown.Quoted(token.ToString()),
    };

    private static string Wanted(JsonSchema schema)
        => (schema.Type & ~JsonObjectType.Null) switch
        {
            JsonObjectType.String => "a text",
            JsonObjectType.Integer => "a whole number",
            JsonObjectType.Boolean => "true or false",
            JsonObjectType.Object => "an object",
            JsonObjectType.Array => "a list",
            _ => "what the schema asks for",
        };
}
