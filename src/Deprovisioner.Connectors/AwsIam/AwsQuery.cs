using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Xml.Linq;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// Signs and sends one request of a Query API and grades its answer. What prevents an answer is told apart by whether the request may have had its effect: a change
/// without an answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal sealed class AwsQuery(AwsIamSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    private const int LargestAnswer = 32 * 1024 * 1024;

    private const string ContentType = "application/x-www-form-urlencoded; charset=utf-8";

    private readonly HttpClient http = Open(settings);

    public void Dispose() => http.Dispose();

    /// <returns>The answer; null: NoSuchEntity.</returns>
    public async Task<XElement?> SendAsync(AwsService service, AwsCredential credential, IamRequest request, CancellationToken cancellationToken)
    {
        using var message = Signed(service, credential, Encoding.UTF8.GetBytes(request.BodyFor(service)));
        using var limit = new CancellationTokenSource(settings.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await http.SendAsync(message, either.Token);
            var root = IamXml.Root(await answer.Content.ReadAsStringAsync(either.Token));
            if (answer.IsSuccessStatusCode)
            {
                return root?.Name.LocalName == $"{request.Action}Response" ? root : throw new SystemFaultException(IamGrading.NotIam(request.Action));
            }

            var error = root?.Child("Error");
            return error?.Text("Code") == IamGrading.NoSuchEntity
                ? null
                : throw new SystemFaultException(IamGrading.Of((int)answer.StatusCode, answer.Headers, error, clock.GetUtcNow(), text => Redact(text, credential)));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SystemFaultException(limit.IsCancellationRequested ? Unanswered(request.Changes) : Unreachable(service, "no connection in time"), error);
        }
        catch (HttpRequestException error)
        {
            throw new SystemFaultException(Broken(service, error, request.Changes), error);
        }
    }

    private static HttpClient Open(AwsIamSettings settings)
    {
#pragma warning disable CA2000 // The client owns its handler.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,

            // So that a moved address is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),

            // Under the whole call's limit, so that "never connected" is told apart from "sent, and no answer".
            ConnectTimeout = settings.Timeout / 2,
        };
#pragma warning restore CA2000
        if (settings.Trust is { } trust)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
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
        message.Headers.UserAgent.ParseAdd("Deprovisioner");
        return message;
    }

    private string Redact(string text, AwsCredential credential)
        => secrets.Redact(new[] { credential.SecretAccessKey, credential.SessionToken }.OfType<string>().Aggregate(text, (left, secret) => left.Replace(secret, "[redacted]", StringComparison.Ordinal)));

    private Fault Unanswered(bool changes)
        => changes
            ? new Fault(Outcome.Indeterminate, Fault.NoAnswer, "AWS took the request and gave no answer.")
            : new Fault(Outcome.Transient, Fault.TimedOut, $"AWS gave no answer within {settings.Timeout.TotalSeconds:0.#} s.");

    private static Fault Unreachable(AwsService service, string why) => new(Outcome.Transient, Fault.Unreachable, $"{service.Endpoint.Authority} cannot be reached: {why}.");

    private Fault Broken(AwsService service, HttpRequestException error, bool changes) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Unreachable(service, "its name does not resolve"),
        HttpRequestError.ConnectionError => Unreachable(service, "the connection is refused or broken"),
        HttpRequestError.ProxyTunnelError => Unreachable(service, "the proxy does not let it through"),
        HttpRequestError.SecureConnectionError => error.InnerException is AuthenticationException
            ? new(Outcome.Unauthorized, Fault.Untrusted, $"{service.Endpoint.Authority} shows a certificate that is not trusted, or speaks no TLS: set caFile, or correct endpoint.")
            : Unreachable(service, "it hung up while encryption was agreed"),
        HttpRequestError.ConfigurationLimitExceeded => new(Outcome.Rejected, "answer-too-large", "The answer is larger than any that is read."),
        _ => changes ? Unanswered(changes) : new(Outcome.Transient, Fault.NoAnswer, "The connection broke before the answer was complete."),
    };
}

/// <summary>A service of AWS, as requests are signed for it and sent to it.</summary>
internal sealed record AwsService(string Name, string Version, Uri Endpoint);
