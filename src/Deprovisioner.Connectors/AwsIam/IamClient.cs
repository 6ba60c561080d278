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
/// Signs and sends one request and grades its answer. What prevents an answer is told apart by whether the request may have had its effect: a change without an
/// answer is <c>indeterminate</c>, all else is <c>transient</c>.
/// </summary>
internal sealed class IamClient(AwsIamSettings settings, ISecrets secrets, TimeProvider clock) : IDisposable
{
    private const int LargestAnswer = 32 * 1024 * 1024;

    /// <summary>More pages than any account has: a user, group or policy list ends long before. A service that never ends one is not followed for ever.</summary>
    private const int MostPages = 1_000;

    private const string ContentType = "application/x-www-form-urlencoded; charset=utf-8";

    private readonly HttpClient http = Open(settings);

    /// <summary>Does it; what is not there any more is no error.</summary>
    public Task ChangeAsync(IamRequest request, CancellationToken cancellationToken) => DoAsync(request, cancellationToken);

    /// <returns>False: NoSuchEntity.</returns>
    public async Task<bool> DoAsync(IamRequest request, CancellationToken cancellationToken) => await SendAsync(request, cancellationToken) is not null;

    /// <summary>The action's result; null: NoSuchEntity.</summary>
    public async Task<XElement?> FindAsync(IamRequest request, CancellationToken cancellationToken)
        => await SendAsync(request, cancellationToken) is { } root
            ? root.Child($"{request.Action}Result") ?? throw new SystemFaultException(IamGrading.NotIam(request.Action))
            : null;

    /// <summary>One page of a list, and where the next begins; null: there is none.</summary>
    public async Task<(IReadOnlyList<XElement> Members, string? Marker)> PageAsync(IamRequest request, string list, string? marker, CancellationToken cancellationToken)
    {
        // A user that is renamed or deleted while it is read must not look like one that has nothing.
        var result = await FindAsync(request.Page(marker), cancellationToken)
            ?? throw new SystemFaultException(new Fault(Outcome.Transient, "changed-meanwhile", $"The user was renamed or deleted while it was read ({request.Action})."));

        // An answer without its list must not pass for an empty one.
        return result.Child(list) is null
            ? throw new SystemFaultException(IamGrading.NotIam(request.Action))
            : ([.. result.Members(list)], result.Text("IsTruncated") == "true" ? result.Text("Marker") ?? throw new SystemFaultException(IamGrading.NotIam(request.Action)) : null);
    }

    /// <summary>A whole list, of all its pages.</summary>
    public async Task<IReadOnlyList<XElement>> ListAsync(IamRequest request, string list, CancellationToken cancellationToken)
    {
        var all = new List<XElement>();
        string? marker = null;
        for (var page = 0; page < MostPages; page++)
        {
            var (members, next) = await PageAsync(request, list, marker, cancellationToken);
            all.AddRange(members);
            if (next is null)
            {
                return all;
            }

            marker = next;
        }

        throw new SystemFaultException(new Fault(Outcome.Rejected, "paging-ignored", $"{request.Action} has more than {MostPages} pages, or shows one again and again."));
    }

    public void Dispose() => http.Dispose();

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

    private async Task<XElement?> SendAsync(IamRequest request, CancellationToken cancellationToken)
    {
        using var message = Signed(Encoding.UTF8.GetBytes(request.Body));
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
                : throw new SystemFaultException(IamGrading.Of((int)answer.StatusCode, answer.Headers, error, clock.GetUtcNow(), Redact));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SystemFaultException(limit.IsCancellationRequested ? Unanswered(request.Changes) : Unreachable("no connection in time"), error);
        }
        catch (HttpRequestException error)
        {
            throw new SystemFaultException(Broken(error, request.Changes), error);
        }
    }

    private HttpRequestMessage Signed(byte[] body)
    {
        var now = clock.GetUtcNow();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["content-type"] = ContentType,
            ["host"] = settings.Endpoint.Authority,
            ["x-amz-date"] = RequestSignature.Date(now),
        };
        if (settings.Credential.SessionToken is { } token)
        {
            headers["x-amz-security-token"] = token;
        }

        var message = new HttpRequestMessage(HttpMethod.Post, settings.Endpoint) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        message.Headers.Host = headers["host"];
        foreach (var (name, value) in headers.Where(h => h.Key.StartsWith("x-amz-", StringComparison.Ordinal)))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.TryAddWithoutValidation("Authorization", RequestSignature.Authorization(settings.Credential, settings.Region, "iam", now, "POST", "/", "", headers, body));
        message.Headers.UserAgent.ParseAdd("Deprovisioner");
        return message;
    }

    private string Redact(string text)
        => secrets.Redact(text.Replace(settings.Credential.SecretAccessKey, "[redacted]", StringComparison.Ordinal));

    private Fault Unanswered(bool changes)
        => changes
            ? new Fault(Outcome.Indeterminate, Fault.NoAnswer, "AWS took the request and gave no answer.")
            : new Fault(Outcome.Transient, Fault.TimedOut, $"AWS gave no answer within {settings.Timeout.TotalSeconds:0.#} s.");

    private Fault Unreachable(string why) => new(Outcome.Transient, Fault.Unreachable, $"{settings.Endpoint.Authority} cannot be reached: {why}.");

    private Fault Broken(HttpRequestException error, bool changes) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Unreachable("its name does not resolve"),
        HttpRequestError.ConnectionError => Unreachable("the connection is refused or broken"),
        HttpRequestError.ProxyTunnelError => Unreachable("the proxy does not let it through"),
        HttpRequestError.SecureConnectionError => error.InnerException is AuthenticationException
            ? new(Outcome.Unauthorized, Fault.Untrusted, $"{settings.Endpoint.Authority} shows a certificate that is not trusted, or speaks no TLS: set caFile, or correct endpoint.")
            : Unreachable("it hung up while encryption was agreed"),
        HttpRequestError.ConfigurationLimitExceeded => new(Outcome.Rejected, "answer-too-large", "The answer is larger than any that is read."),
        _ => changes ? Unanswered(changes) : new(Outcome.Transient, Fault.NoAnswer, "The connection broke before the answer was complete."),
    };
}
