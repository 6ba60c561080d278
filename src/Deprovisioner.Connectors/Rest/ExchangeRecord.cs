using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Deprovisioner.Connectors.Rest;

/// <summary>
/// Exchanges as text, for whoever writes a declaration. Headers that prove who sends are left out, members and parameters whose names sound like secrets too, and every known secret
/// wherever it stands; what remains is people's names and addresses, so it is for the eyes of those who operate the system.
/// </summary>
/// <param name="take">Takes one exchange.</param>
internal sealed partial class ExchangeRecord(Action<string> take)
{
    private const int LongestBody = 4_000;
    private const string Redacted = "[redacted]";

    /// <summary>A plus sign and other letters of secrets as they are, so that what is redacted afterwards is found.</summary>
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Plain = ["accept", "content-type", "content-length", "date", "link", "retry-after", "location", "etag", "server", "user-agent"];

    public void Add(HttpRequestMessage request, HttpResponseMessage answer, string body, Func<string, string> redact)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"> {request.Method} {SecretParameter().Replace(request.RequestUri!.AbsoluteUri, "${name}=" + Redacted)}\n");
        Headers(text, '>', request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()));
        Body(text, '>', request.Content is null ? "" : Sent(request.Content), redact);
        text.Append(CultureInfo.InvariantCulture, $"< {(int)answer.StatusCode} {answer.ReasonPhrase}\n");
        Headers(text, '<', answer.Headers.Concat(answer.Content.Headers));
        Body(text, '<', body, redact);
        take(redact(text.ToString()));
    }

    private static string Sent(HttpContent content)
    {
        using var reader = new StreamReader(content.ReadAsStream());
        return reader.ReadToEnd();
    }

    private static void Headers(StringBuilder text, char mark, IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        foreach (var (name, values) in headers)
        {
            var shown = Plain.Contains(name.ToLowerInvariant()) || name.Contains("rate", StringComparison.OrdinalIgnoreCase) ? string.Join(", ", values) : Redacted;
            text.Append(CultureInfo.InvariantCulture, $"{mark} {name.ToLowerInvariant()}: {shown}\n");
        }
    }

    private static void Body(StringBuilder text, char mark, string body, Func<string, string> redact)
    {
        if (body.Length == 0)
        {
            return;
        }

        // Before it is cut: half a secret would not be known for one.
        var shown = redact(Json(body) is { } json ? WithoutSecrets(json).ToJsonString(Written) : SecretParameter().Replace(body, "${name}=" + Redacted));
        foreach (var line in (shown.Length > LongestBody ? shown[..LongestBody] + "…" : shown).Split('\n'))
        {
            text.Append(mark).Append(' ').Append(line.TrimEnd('\r')).Append('\n');
        }
    }

    private static JsonNode WithoutSecrets(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, m.Value is JsonValue && SecretName().IsMatch(m.Key) ? Redacted : m.Value is null ? null : WithoutSecrets(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : WithoutSecrets(item))]),
        _ => node.DeepClone(),
    };

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("token|secret|passw|credential|assertion|private|api_?key|hash", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex("(?<name>[A-Za-z0-9_.-]*(?:token|secret|passw|credential|assertion|key)[A-Za-z0-9_.-]*)=[^&\\s]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SecretParameter();
}
