using System.Text.Json;
using Newtonsoft.Json.Linq;

namespace Deprovisioner.Core.Intake;

/// <summary>
/// The document as the tokens that the schema library reads. Converted rather than parsed a second time, so that only one parser
/// decides what the bytes say, and no text that looks like a date is turned into one.
/// </summary>
internal static class JsonTokens
{
    /// <summary>
    /// The tokens, without the members that are null: an attribute that is null is as if absent (CloudEvents JSON format 1.0.2,
    /// section 2.2), and the same holds for the data, since many HR systems write null for "none". Null where a text holds half
    /// a surrogate pair. Recursion is bounded by <see cref="StrictJson.MostDepth"/>.
    /// </summary>
    public static JToken? From(JsonElement element, out EventProblem? problem)
    {
        try
        {
            problem = null;
            return Convert(element);
        }
        catch (InvalidOperationException)
        {
            // How JsonElement tells of a name or text with half a surrogate pair; it has no method that only asks.
            problem = StrictJson.UnpairedSurrogate;
            return null;
        }
    }

    private static JToken Convert(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new JObject();
                foreach (var member in element.EnumerateObject())
                {
                    if (member.Value.ValueKind != JsonValueKind.Null)
                    {
                        members[member.Name] = Convert(member.Value);
                    }
                }

                return members;
            case JsonValueKind.Array:
                return new JArray(element.EnumerateArray().Select(Convert));
            case JsonValueKind.String:
                return new JValue(element.GetString());
            case JsonValueKind.Number:
                return Number(element);
            case JsonValueKind.True or JsonValueKind.False:
                return new JValue(element.GetBoolean());
            default:
                return JValue.CreateNull();
        }
    }

    // 42.0 is an integer to JSON Schema (draft 6 and later); beyond 2^53 a double no longer says which.
    private static JValue Number(JsonElement element)
    {
        if (element.TryGetInt64(out var whole))
        {
            return new JValue(whole);
        }

        var real = element.GetDouble();
        return Math.Abs(real) <= 1L << 53 && Math.Floor(real) == real ? new JValue((long)real) : new JValue(real);
    }
}
