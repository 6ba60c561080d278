using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Systems;

/// <summary>How reports open and shut a system's gate. Pure.</summary>
public static class SystemGate
{
    /// <summary>The connector host has tried in place already; so one report that nothing listens there is enough.</summary>
    private const string Unreachable = "unreachable";

    /// <summary>Other failures that may be the system's own show it as down only when they come in a row.</summary>
    private const int FailuresInARow = 3;

    private static readonly TimeSpan ShortestProbe = TimeSpan.FromSeconds(2);

    /// <summary>Long enough not to burden a system that is starting, short enough for containment not to wait much longer than the outage.</summary>
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(60);

    /// <summary>A probe comes after this part of the outage so far: so nobody waits much longer than the outage was, however long that is.</summary>
    private const double PartOfOutage = 0.1;

    /// <summary>A refused credential is changed by a person; trying it more often only fills the target's log and may lock it.</summary>
    private static readonly TimeSpan CredentialProbe = TimeSpan.FromSeconds(60);

    /// <summary>A success is noted this often at most: the row is shared by all replicas, and a busy system succeeds all the time.</summary>
    private static readonly TimeSpan SuccessNotedEvery = TimeSpan.FromSeconds(60);

    private static readonly HashSet<string> SystemCodes = ["timeout", "no-answer", "circuit-open", "unavailable", "busy"];

    /// <summary>What the connector host refuses by itself: the system was not asked, so this says nothing of it.</summary>
    private static readonly HashSet<string> HostCodes = ["unknown-system", "unsupported", "fenced", "no-match-value"];

    /// <summary>The state after a report; the same object where nothing is different.</summary>
    public static SystemState After(SystemState state, StepReport report, DateTimeOffset now)
        => report.Outcome switch
        {
            Outcome.Throttled => Throttled(state, report, now),
            Outcome.Unauthorized => Shut(state with { Failures = state.Failures + 1 }, Gate.Unauthorized, now + CredentialProbe, report, now),
            Outcome.Transient or Outcome.Indeterminate when SpeaksAgainstSystem(report.Code) => Failed(state, report, now),
            Outcome.Transient or Outcome.Indeterminate => state,
            Outcome.Rejected when report.Code is { } code && HostCodes.Contains(code) => state,
            _ => Succeeded(state, now),
        };

    /// <summary>The gate opened by an operator, whatever shut it.</summary>
    public static SystemState Resume(SystemState state) => Open(state) with { Pause = null };

    /// <summary>Whether steps that wait for a retry should be tried at once: the system is back.</summary>
    public static bool Recovered(SystemState before, SystemState after)
        => before.Gate is Gate.Down or Gate.Unauthorized && after.Gate is Gate.Open;

    private static bool SpeaksAgainstSystem(string? code)
        => code is not null && (code == Unreachable || SystemCodes.Contains(code) || code.StartsWith("http-5", StringComparison.Ordinal));

    /// <summary>A gate that is shut for a graver reason stays so, and no earlier: a late word of patience must not let everything through to a system that refuses us.</summary>
    private static SystemState Throttled(SystemState state, StepReport report, DateTimeOffset now)
        => Shut(state, state.Gate is Gate.Down or Gate.Unauthorized ? state.Gate : Gate.Throttled, RetryTimes.Asked(report.RetryAt, now) ?? now + RetryTimes.ThrottleWithoutTime, report, now);

    private static SystemState Failed(SystemState state, StepReport report, DateTimeOffset now)
    {
        if (state.Gate is Gate.Down && state.GateUntil > now)
        {
            // Sent before the gate was shut. Only a probe that fails makes the next one later, or eight steps under way would count as eight outages.
            return state;
        }

        var failures = state.Failures + 1;
        var counted = state with { Failures = failures };
        if (report.Code != Unreachable && failures < FailuresInARow && state.Gate is not Gate.Down)
        {
            return counted with { LastError = Words(report), LastErrorAt = now };
        }

        var outage = state.Gate is Gate.Down && state.GateSince is { } since ? now - since : TimeSpan.Zero;
        var probe = TimeSpan.FromTicks(Math.Clamp((outage * PartOfOutage).Ticks, ShortestProbe.Ticks, LongestProbe.Ticks));
        return Shut(counted, Gate.Down, now + probe, report, now);
    }

    private static SystemState Shut(SystemState state, Gate gate, DateTimeOffset until, StepReport report, DateTimeOffset now)
        => state with
        {
            Gate = gate,
            GateUntil = state.Gate == gate && state.GateUntil > until ? state.GateUntil : until,
            GateSince = state.Gate == gate ? state.GateSince : now,
            LastError = Words(report),
            LastErrorAt = now,
        };

    private static SystemState Succeeded(SystemState state, DateTimeOffset now)
    {
        if (state.Gate is Gate.Down or Gate.Unauthorized || (state.Gate is Gate.Throttled && state.GateUntil <= now))
        {
            return Open(state) with { LastSuccessAt = now };
        }

        return state.Failures > 0 || state.LastSuccessAt is null || now - state.LastSuccessAt > SuccessNotedEvery
            ? state with { Failures = 0, LastSuccessAt = now }
            : state;
    }

    private static SystemState Open(SystemState state) => state with { Gate = Gate.Open, GateUntil = null, GateSince = null, Failures = 0 };

    private static string Words(StepReport report) => report.Message is { } message ? $"{report.Code}: {message}" : report.Code ?? EnumText.Of(report.Outcome);
}
