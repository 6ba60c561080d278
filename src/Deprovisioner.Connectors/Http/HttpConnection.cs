using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Deprovisioner.Connectors.Http;

/// <summary>The HTTP client of one system.</summary>
internal static class HttpConnection
{
    /// <summary>More than a hundred users or a group of a hundred thousand need; less than what would hurt.</summary>
    private const int LargestAnswer = 32 * 1024 * 1024;

    /// <param name="timeout">What a whole call may take.</param>
    /// <param name="trust">Null: the machine's own authorities.</param>
    /// <param name="own">The certificate with its key that is shown to the server; null: none.</param>
    public static HttpClient Open(TimeSpan timeout, X509ChainPolicy? trust, X509Certificate2? own = null)
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
            ConnectTimeout = timeout / 2,
        };
#pragma warning restore CA2000
        if (trust is not null || own is not null)
        {
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust, ClientCertificates = own is null ? null : [own] };
        }

        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Deprovisioner");
        return client;
    }
}
