using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Deprovisioner.Storage.Reading;

/// <summary>The leavers of a period as a table for other programs: RFC 4180, in UTF-8, with a row of names. Times are UTC, spans are in seconds.</summary>
public static class LeaverCsv
{
    /// <summary>
    /// A spreadsheet takes what begins with = + - @, a tab or a line break for a formula. Ids come from HR's events, so whatever begins so gets an apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection).
    /// </summary>
    private static readonly CsvConfiguration Settings = new(CultureInfo.InvariantCulture)
    {
        InjectionOptions = InjectionOptions.Escape,
        InjectionCharacters = ['=', '+', '-', '@', '\t', '\r', '\n'],
        InjectionEscapeCharacter = '\'',
    };

    private static readonly string[] Names =
    [
        "person", "employment", "saga", "policy", "urgent", "effective_at", "contained_at", "completed_at", "time_to_contain_seconds", "time_to_complete_seconds", "late_stages", "exposure_hours", "licences_reclaimed", "steps_by_hand",
        "residual_until",
    ];

    /// <summary>Row by row, as they come.</summary>
    public static async Task Write(TextWriter output, IAsyncEnumerable<LeaverLine> leavers, CancellationToken cancellationToken)
    {
        await using var csv = new CsvWriter(output, Settings, leaveOpen: true);
        await Row(csv, Names);
        await foreach (var leaver in leavers.WithCancellation(cancellationToken))
        {
            await Row(
                csv,
                [
                    leaver.PersonId, leaver.EmploymentId, leaver.SagaId.ToString(), leaver.Policy, leaver.Urgent ? "yes" : "no", Time(leaver.EffectiveAt), Time(leaver.ContainedAt), Time(leaver.CompletedAt),
                    Seconds(leaver.TimeToContain), Seconds(leaver.TimeToComplete), string.Join(' ', leaver.LateStages), Number(Math.Round(leaver.ExposureHours, 4)), Number(leaver.LicencesReclaimed), Number(leaver.StepsByHand),
                    Time(leaver.ResidualUntil),
                ]);
        }
    }

    private static async Task Row(CsvWriter csv, IReadOnlyList<string> fields)
    {
        foreach (var field in fields)
        {
            csv.WriteField(field);
        }

        await csv.NextRecordAsync();
    }

    private static string Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Seconds(TimeSpan? span) => span is { } some ? Number(Math.Round(some.TotalSeconds, 3)) : "";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);
}
