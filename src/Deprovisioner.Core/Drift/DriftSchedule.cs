using System.Buffers.Binary;
using System.Security.Cryptography;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Audit;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Drift;

/// <summary>What follows where a person's accounts are due to be read again.</summary>
/// <param name="Ask">The steps that are asked now what they would do.</param>
/// <param name="NextAt">When the person is due again, UTC; null: not before another saga of theirs ends.</param>
/// <param name="Why">One sentence for a person.</param>
public sealed record DriftLook(IReadOnlyList<Step> Ask, DateTimeOffset? NextAt, string Why)
{
    /// <summary>A step is asked about one thing at a time, so the question's id follows from it.</summary>
    public static ProbeId ProbeOf(StepId step)
    {
        Span<byte> source = stackalloc byte[21];
        step.Value.TryWriteBytes(source, bigEndian: true, out _);
        "drift"u8.CopyTo(source[16..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(source, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // UUID version 8: RFC 9562, section 5.8.
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new ProbeId(new Guid(hash[..16], bigEndian: true));
    }
}

/// <summary>When the accounts of somebody who left are read again.</summary>
public static class DriftSchedule
{
    /// <summary>
    /// When to look first after a saga has changed: where it is plain, the time of the first reading, so that nobody is looked at only to find that it is too early; else at once. It need not be right, since whoever looks works it out anew.
    /// </summary>
    /// <param name="settings">Null: nobody looks, and whoever turns it on finds it due.</param>
    public static DateTimeOffset FirstLook(DriftSettings? settings, Saga saga, DateTimeOffset now)
        => settings is not null && saga is { Kind: SagaKind.Leaver, Status: not SagaStatus.Cancelled } && (saga.CompletedAt ?? saga.ContainedAt) is { } since ? First(settings, saga.Id, since) : now;

    /// <summary>What follows at this time. All of a person's accounts are read at one time, so that what is found makes one saga and not several.</summary>
    /// <param name="askedAt">When they were asked last, UTC; null: never.</param>
    public static DriftLook Look(DriftSettings settings, Configuration configuration, PersonRecord person, IEnumerable<Saga> sagas, DateTimeOffset? askedAt, DateTimeOffset now)
    {
        var (cut, why) = CutAccess.Of(sagas);
        if (cut is null)
        {
            return new([], null, why);
        }

        var first = First(settings, cut.Leaver.Id, cut.Since);
        if (Presence.Of(person, now, configuration.Defaults.Bridge).IsJustified)
        {
            return new([], After(first, settings, now), "The person works here.");
        }

        if (now > cut.Since + settings.For)
        {
            return new([], null, $"{Durations.Text(settings.For)} have passed.");
        }

        var wasAsked = askedAt >= cut.Since;
        if (now < first)
        {
            return new([], first, why);
        }

        // Nobody was read for long, be it that this was just turned on: not all at the same minute.
        if (!wasAsked && now - first > settings.Every)
        {
            return new([], After(first, settings, now), why);
        }

        var steps = cut.Steps.Where(s => configuration.Systems.Any(system => system.Name == s.System && !system.Observe)).ToList();
        var next = After(first, settings, now);
        return next > cut.Since + settings.For
            ? new(steps, null, $"For the last time at {AuditTime.Of(now)}: {Durations.Text(settings.For)} have passed by the next.")
            : new(steps, next, why);
    }

    private static DateTimeOffset First(DriftSettings settings, SagaId leaver, DateTimeOffset since) => since + settings.After + (Spread(leaver) * (settings.Every / 10));

    /// <summary>The first time of the schedule after now: it does not slip, however late it was looked at.</summary>
    private static DateTimeOffset After(DateTimeOffset first, DriftSettings settings, DateTimeOffset now)
        => now < first ? first : first + (((now - first).Ticks / settings.Every.Ticks) + 1) * settings.Every;

    /// <summary>0 to 1, from the saga: ten thousand who left at the same minute are read one after the other, and a decision can be repeated to the same result.</summary>
    private static double Spread(SagaId saga)
    {
        Span<byte> source = stackalloc byte[16];
        saga.Value.TryWriteBytes(source);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(source, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
    }
}
