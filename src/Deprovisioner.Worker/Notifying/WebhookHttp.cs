using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Worker.Notifying;

/// <summary>The HTTP client of one webhook.</summary>
internal static class WebhookHttp
{
    /// <summary>What is left of an answer on the connection is passed over up to here; beyond it the connection is closed.</summary>
    private const int MostOfABody = 4 * 1024;

    /// <summary>In KiB.</summary>
    private const int MostOfHeaders = 16;

    /// <summary>The time limit is each request's own.</summary>
    public static HttpClient Open(WebhookReceiver receiver)
    {
        // Null: those of the machine.
        var trust = receiver.CaFile is { } caFile ? TrustedAuthorities.Of(caFile) : null;
#pragma warning disable CA2000 // The client owns its handler.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = WebhookSender.MostAtOnce,
            MaxResponseDrainSize = MostOfABody,
            MaxResponseHeadersLength = MostOfHeaders,
            SslOptions = { CertificateChainPolicy = trust },

            // So that a moved address is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),

            // Under the whole call's limit, so that "never connected" is told apart from "sent, and no answer".
            ConnectTimeout = receiver.Timeout / 2,

            // What we call our traces by is nobody else's business.
            ActivityHeadersPropagator = null,
        };
#pragma warning restore CA2000
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
