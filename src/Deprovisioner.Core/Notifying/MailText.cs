using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Notifying;

/// <summary>What a mail tells of.</summary>
/// <param name="Number">1 for the first about its thing.</param>
/// <param name="Sagas">How many it concerns.</param>
/// <param name="Before">How many those before it, about the same thing, concerned.</param>
/// <param name="First">Some of them, the earliest first: at most <see cref="MailText.MostLines"/>.</param>
public sealed record MailSubstance(MailThing Thing, int Number, int Sagas, int Before, IReadOnlyList<ToldSaga> First);

/// <summary>A saga in a mail: ids only.</summary>
public sealed record ToldSaga(Guid SagaId, string PersonId, string Policy);

/// <summary>A line of a mail, and where the console shows more; null: no console is configured.</summary>
public sealed record MailLine(string Text, string? Link);

/// <summary>The words of a mail. Ids and names of the configuration only; nothing of a person.</summary>
/// <param name="More">How many sagas it does not list.</param>
public sealed record MailText(string Subject, string Lead, IReadOnlyList<MailLine> Lines, int More, string? Link)
{
    /// <summary>Enough to see whom it concerns; the console has the rest.</summary>
    public const int MostLines = 10;

    /// <param name="publicUrl">The console's base address; null: no links.</param>
    public static MailText Of(MailSubstance mail, string? publicUrl)
    {
        var thing = mail.Thing;
        var sagas = Count(mail.Sagas, "saga");
        var (subject, lead, page) = thing.Notice switch
        {
            SagaNotice.NeedsAttention => (
                $"{sagas} {(mail.Sagas == 1 ? "needs" : "need")} attention{On(thing)}",
                $"{sagas} cannot go on by {(mail.Sagas == 1 ? "itself" : "themselves")}{On(thing)}. Repair it, then replay.{Update(mail)}",
                thing.Detail is { } code ? $"attention?system={Uri.EscapeDataString(thing.About)}&code={Uri.EscapeDataString(code)}" : $"sagas/{Uri.EscapeDataString(thing.About)}"),
            SagaNotice.Held when thing.IsSurge => (
                $"The guard holds {sagas}",
                $"More people leave than the guard lets through: {sagas} wait for somebody to release or reject them. What follows within the same surge is held too and told of in no further mail.",
                "holds?reason=guard"),
            SagaNotice.Held => (
                $"{sagas} held: {thing.About}",
                $"{sagas} {(mail.Sagas == 1 ? "waits" : "wait")} for a person's decision: {thing.About}.{Update(mail)}",
                $"holds?reason={Uri.EscapeDataString(thing.About)}"),
            SagaNotice.DeadlineMissed => (
                $"Deadline missed: stage {thing.Detail}",
                $"The deadline of stage {thing.Detail} has passed. Work goes on.",
                $"sagas/{Uri.EscapeDataString(thing.About)}"),
            var notice => (
                $"A saga {Words(notice)}",
                $"A saga {Words(notice)}.",
                $"sagas/{Uri.EscapeDataString(thing.About)}"),
        };
        return new(
            subject,
            lead,
            [.. mail.First.Select(saga => new MailLine($"{saga.SagaId}, person {saga.PersonId}, policy {saga.Policy}", Address(publicUrl, $"sagas/{saga.SagaId}")))],
            mail.Sagas - mail.First.Count,
            Address(publicUrl, page));
    }

    private static string? Address(string? publicUrl, string page) => publicUrl is null ? null : $"{publicUrl}/{page}";

    private static string On(MailThing thing) => thing.Detail is null ? "" : $": {thing.About} answers {thing.Detail}";

    private static string Update(MailSubstance mail) => mail.Before > 0 ? $" {Count(mail.Before, "saga")} of the same kind {(mail.Before == 1 ? "was" : "were")} told of before." : "";

    private static string Words(SagaNotice notice) => notice is SagaNotice.Started ? "has started" : notice is SagaNotice.StageCompleted ? "has completed a stage" : $"is {EnumText.Of(notice)}";

    private static string Count(int number, string what) => $"{number.ToString(CultureInfo.InvariantCulture)} {what}{(number == 1 ? "" : "s")}";
}
