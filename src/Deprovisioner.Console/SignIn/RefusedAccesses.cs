using System.Threading.RateLimiting;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Console.SignIn;

/// <summary>Asks for an audit row of what somebody was refused.</summary>
internal sealed class RefusedAccesses(IOperations operations, ILogger<RefusedAccesses> log) : IDisposable
{
    /// <summary>Of one person or machine: a program that repeats itself shall not fill the audit. The log has the rest.</summary>
    private const int MostInAWindow = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetFixedWindowLimiter(
        who, _ => new FixedWindowRateLimiterOptions { PermitLimit = MostInAWindow, Window = Window }));

    /// <param name="needs">The roles of which each would have done.</param>
    public async Task Note(HttpContext http, IReadOnlyList<string> needs)
    {
        var who = http.User.Who();
        var asked = $"{http.Request.Method} {(http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "?"}";
        using var lease = limiter.AttemptAcquire(who);
        log.LogWarning("{Who} was refused {Asked}: it needs {Needs}.", who, asked, string.Join(" or ", needs));
        if (lease.IsAcquired)
        {
            // Whoever hangs up at once is recorded all the same.
            await operations.Ask([ActRequest.AccessRefused(who, asked, needs)], CancellationToken.None);
        }
    }

    public void Dispose() => limiter.Dispose();
}
