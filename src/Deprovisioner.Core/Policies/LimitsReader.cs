using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads a system's <c>limits</c>.</summary>
internal static class LimitsReader
{
    // A shorter lease would send a step again while the first sending is still being tried, with its retries in place.
    private const int LeaseInTimeouts = 3;

    private static readonly SystemLimits Default = new();

    public static SystemLimits Read(YamlFields system)
    {
        if (system.Take("limits") is not { } item || YamlFields.Of(item, system.PathOf("limits"), system.Faults, "{concurrency: 8, perSecond: 50}") is not { } fields)
        {
            return Default;
        }

        var concurrency = fields.Number("concurrency", 1, 1_000, whole: true);
        var perSecond = fields.Number("perSecond", 0.01, 10_000, whole: false);
        var timeout = fields.Span("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)) ?? Default.Timeout;
        var least = timeout * LeaseInTimeouts;
        var lease = fields.Span("lease", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        if (lease < least)
        {
            fields.Refuse("lease", $"the lease is shorter than three time-outs of {Durations.Text(timeout)}", $"write {Durations.Text(least)} or more");
        }

        fields.RefuseRest("concurrency", "perSecond", "timeout", "lease");
        return new()
        {
            Concurrency = (int)(concurrency ?? Default.Concurrency),
            PerSecond = perSecond ?? Default.PerSecond,
            Timeout = timeout,
            Lease = lease ?? (least > Default.Lease ? least : Default.Lease),
        };
    }
}
