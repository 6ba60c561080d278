using System.Net;
using System.Threading.RateLimiting;

namespace Deprovisioner.Console.SignIn;

/// <summary>Whoever presents wrong keys again and again is not listened to for a while. By address: people's own lock-out is the identity provider's.</summary>
internal sealed class FailedSignIns : IDisposable
{
    private const int MostInAWindow = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> limiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(http => RateLimitPartition.GetFixedWindowLimiter(
        http.Connection.RemoteIpAddress ?? IPAddress.None, _ => new FixedWindowRateLimiterOptions { PermitLimit = MostInAWindow, Window = Window }));

    /// <summary>One more wrong key.</summary>
    public void Note(HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(http);
    }

    /// <summary>Answers 429 in place of everything else, once there were too many.</summary>
    public Task Guard(HttpContext http, RequestDelegate next)
    {
        if (limiter.GetStatistics(http) is not { CurrentAvailablePermits: 0 })
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = $"{Window.TotalSeconds:0}";
        return http.Response.WriteAsync("Too many wrong keys came from this address. Wait a minute.\n", http.RequestAborted);
    }

    public void Dispose() => limiter.Dispose();
}
