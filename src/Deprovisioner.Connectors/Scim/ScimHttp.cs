using System.Net;
using System.Net.Security;

namespace Deprovisioner.Connectors.Scim;

/// <summary>The HTTP client of one system.</summary>
internal static class ScimHttp
{
    /// <summary>More than a hundred users or a group of a hundred thousand need; less than what would hurt.</summary>
    private const int LargestAnswer = 32 * 1024 * 1024;

    public static HttpClient Open(ScimSettings settings)
    {
#pragma warning disable CA2000 // The client owns its handler.
        var handler = new SocketsHttpHandler
        {
            // A redirect would carry the credential, and a write, to wherever the answer says.
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

        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        client.DefaultRequestHeaders.Authorization = settings.Credential;

        // RFC 7644 section 3.1 and 8.1; some servers know only the plain name.
        client.DefaultRequestHeaders.Accept.ParseAdd("application/scim+json, application/json;q=0.9");
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Deprovisioner");
        return client;
    }
}
