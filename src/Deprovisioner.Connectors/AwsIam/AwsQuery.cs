using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// Signs and sends one request of a Query API and grades its answer. What prevents an answer is told apart by whether the request may have had its effect: a change
/// without an answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal sealed class AwsQuery(AwsIamSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    private const string ContentType = "application/x-www-form-urlencoded; charset=utf-8";

    private readonly HttpClient http = HttpConnection.Open(settings.Timeout, settings.Trust);

    public void Dispose() => http.Dispose();

    /// <returns>The answer; null: NoSuchEntity.</returns>
    public async Task<XElement?> SendAsync(AwsService service, AwsCredential credential, IamRequest request, CancellationToken cancellationToken)
    {
        using var message = Signed(service, credential, Encoding.UTF8.GetBytes(request.BodyFor(service)));
        return await HttpExchange.SendAsync(http, message, request.Changes, settings.Timeout, clock, (answer, text) => Read(request, credential, answer, text), cancellationToken);
    }

    private XElement? Read(IamRequest request, AwsCredential credential, HttpResponseMessage answer, string text)
    {
        var root = IamXml.Root(text);
        if (answer.IsSuccessStatusCode)
        {
            return root?.Name.LocalName == $"{request.Action}Response" ? root : throw new SystemFaultException(IamGrading.NotIam(request.Action));
        }

        var error = root?.Child("Error");
        return error?.Text("Code") == IamGrading.NoSuchEntity
            ? null
            : throw new SystemFaultException(IamGrading.Of((int)answer.StatusCode, answer.Headers, error, clock.GetUtcNow(), said => Redact(said, credential)));
    }

    private HttpRequestMessage Signed(AwsService service, AwsCredential credential, byte[] body)
    {
        var now = clock.GetUtcNow();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = ContentType,
            ["host"] = service.Endpoint.Authority,
            ["x-amz-date"] = RequestSignature.Date(now),
        };
        if (credential.SessionToken is { } token)
        {
            headers["x-amz-security-token"] = token;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, service.Endpoint) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        message.Headers.Host = headers["host"];
        foreach (var (name, value) in headers.Where(h => h.Key.StartsWith("x-amz-", StringComparison.Ordinal)))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.TryAddWithoutValidation("Authorization", RequestSignature.Authorization(credential, settings.Region, service.Name, now, "POST", "/", "", headers, body));
        return message;
    }

    private string Redact(string text, AwsCredential credential)
        => secrets.Redact(new[] { credential.SecretAccessKey, credential.SessionToken }.OfType<string>().Aggregate(text, (left, secret) => left.Replace(secret, "[redacted]", StringComparison.Ordinal)));
}

/// <summary>A service of AWS, as requests are signed for it and sent to it.</summary>
internal sealed record AwsService(string Name, string Version, Uri Endpoint);
