using System.Net;
using System.Net.Security;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>The HTTP client of one cluster.</summary>
internal static class ManagementHttp
{
    /// <summary>Some 200,000 users without paging (versions before it was there give all at once).</summary>
    private const int LargestAnswer = 32 * 1024 * 1024;

    public static HttpClient Open(RabbitMqSettings settings)
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

        // Nothing narrower: limits of users answer 406 to a request that wants JSON.
        client.DefaultRequestHeaders.Accept.ParseAdd("*/*");
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Deprovisioner");
        return client;
    }
}
