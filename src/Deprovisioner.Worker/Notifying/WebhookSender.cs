using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Worker.Running;

namespace Deprovisioner.Worker.Notifying;

/// <summary>
/// Posts events to webhooks: https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md, signed after https://www.standardwebhooks.com. The address comes from the configuration alone and redirects are not followed,
/// so nothing that an event or a receiver says decides where a request goes. Of an answer the status and Retry-After are read, and nothing else.
/// </summary>
internal sealed class WebhookSender(ISecrets secrets, TimeProvider clock) : IDisposable
{
    /// <summary>A receiver's own connections; also how many deliveries to it are under way at once.</summary>
    public const int MostAtOnce = 8;

    private readonly ConcurrentDictionary<string, (WebhookReceiver Receiver, HttpClient Client)> clients = new(StringComparer.Ordinal);

    /// <param name="id">The event's: the same for every attempt.</param>
    /// <param name="body">The CloudEvent.</param>
    public async Task<DeliveryAnswer> Send(WebhookReceiver receiver, string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(receiver.Timeout);
        try
        {
            using var request = Request(receiver, id, body);
            if (request is null)
            {
                return NotificationCode.Misconfigured("What the url refers to is no http or https URL without a user name, password or fragment, or a secret is not whsec_ and the Base64 of 24 to 64 bytes.");
            }

            using var answer = await Client(receiver).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return DeliveryAnswer.OfStatus((int)answer.StatusCode, RetryAt(answer.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NotificationCode.TimedOut(receiver.Timeout);
        }
        catch (SecretMissingException missing)
        {
            return NotificationCode.Misconfigured(missing.Message);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return NotificationCode.Misconfigured("The caFile cannot be read as a file of PEM certificates.");
        }
        catch (HttpRequestException error)
        {
            return Broken(receiver, error);
        }
    }

    public void Dispose()
    {
        foreach (var (_, client) in clients.Values)
        {
            client.Dispose();
        }
    }

    /// <summary>Null: what the configuration refers to cannot be used.</summary>
    private HttpRequestMessage? Request(WebhookReceiver receiver, string id, ReadOnlyMemory<byte> body)
    {
        var keys = receiver.Secrets.Select(secret => WebhookSignature.Key(secrets.Resolve(secret))).ToList();
        if (WebhookUrl.Of(secrets.Resolve(receiver.Url)) is not { } url || keys.Contains(null))
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEventText.ContentType, "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("deprovisioner", null));
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(keys.OfType<byte[]>(), id, now, body.Span));
        return request;
    }

    // RFC 9110, section 10.2.3: seconds, or an HTTP date.
    private DateTimeOffset? RetryAt(RetryConditionHeaderValue? header) => header?.Delta is { } delta ? clock.GetUtcNow() + delta : header?.Date?.ToUniversalTime();

    private DeliveryAnswer Broken(WebhookReceiver receiver, HttpRequestException error)
    {
        switch (error.HttpRequestError)
        {
            case HttpRequestError.NameResolutionError:
                return NotificationCode.Unreachable("its name does not resolve");
            case HttpRequestError.ConnectionError:
                return NotificationCode.Unreachable("the connection is refused or broken");
            case HttpRequestError.ProxyTunnelError:
                return NotificationCode.Unreachable("the proxy does not let it through");
            case HttpRequestError.SecureConnectionError when error.InnerException is AuthenticationException:
                // Whoever mends the file of authorities changes nothing in the configuration: it is read anew.
                clients.TryRemove(receiver.Name, out _);
                return NotificationCode.Untrusted();
            default:
                return NotificationCode.NoAnswer();
        }
    }

    /// <summary>One for each receiver as it is configured now. Another one's requests that are under way end with it, and are sent again.</summary>
    private HttpClient Client(WebhookReceiver receiver)
        => clients.AddOrUpdate(receiver.Name, _ => (receiver, WebhookHttp.Open(receiver)), (_, known) => ReferenceEquals(known.Receiver, receiver) ? known : (receiver, WebhookHttp.Open(receiver))).Client;
}
