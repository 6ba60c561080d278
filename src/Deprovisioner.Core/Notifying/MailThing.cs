using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Notifying;

/// <summary>What one mail is about.</summary>
/// <param name="Notice">The kind of event that tells of it.</param>
/// <param name="About">A system's name, the reason of a hold, or a saga's id: never with a slash.</param>
/// <param name="Detail">A code, a stage's name or an event's id; null: nothing more.</param>
public sealed record MailThing(SagaNotice Notice, string About, string? Detail = null)
{
    private const string Guard = "guard";

    /// <summary>The same text for the same thing, and for no other.</summary>
    public string Key => Detail is null ? $"{EnumText.Of(Notice)}/{About}" : $"{EnumText.Of(Notice)}/{About}/{Detail}";

    /// <summary>A mass termination that the guard stopped is one thing, however many it concerns.</summary>
    public bool IsSurge => Notice is SagaNotice.Held && About == Guard;

    /// <summary>Whether like things of other sagas are the same thing, and are waited for.</summary>
    public bool Gathers => Notice is SagaNotice.NeedsAttention or SagaNotice.Held;

    /// <exception cref="FormatException">It is no key.</exception>
    public static MailThing Parse(string key)
        => key.Split('/', 3) is [var notice, var about, .. var detail]
            ? new(EnumText.Parse<SagaNotice>(notice), about, detail is [var one] ? one : null)
            : throw new FormatException("The key of a mail's thing has at least two parts.");

    /// <summary>What an event is about: several things, where a saga failed in several ways; nothing, where this version does not know what it says.</summary>
    public static IReadOnlyList<MailThing> Of(ToldEvent told)
    {
        var saga = told.SagaId.ToString();
        return told.Notice switch
        {
            null => [],
            SagaNotice.NeedsAttention when told.Failures.Count > 0
                => [.. told.Failures.Select(f => new MailThing(SagaNotice.NeedsAttention, f.System, Shown.Plain(f.Code))).Distinct()],
            SagaNotice.Held when told.HeldFor.Count > 0 => [new(SagaNotice.Held, told.HeldFor.Contains(Guard) ? Guard : told.HeldFor[0])],
            SagaNotice.DeadlineMissed => [.. told.MissedStages.Select(stage => new MailThing(SagaNotice.DeadlineMissed, saga, stage))],

            // A saga completes several stages, and a held one says so once more after it was released.
            SagaNotice.StageCompleted => [new(SagaNotice.StageCompleted, saga, told.Id.ToString(CultureInfo.InvariantCulture))],
            { } other => [new(other, saga)],
        };
    }
}
