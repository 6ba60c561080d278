namespace Deprovisioner.Storage.Reading;

/// <summary>Somebody whose access has ended. Times are UTC.</summary>
/// <param name="TimeToContain">From the effective time until sign-in and sessions were cut on every system; zero where that was before.</param>
/// <param name="TimeToComplete">Until every step was done; null: some is not.</param>
/// <param name="LateStages">Those whose deadline was missed.</param>
/// <param name="ExposureHours">Hours of live access after the effective time, of all systems together: see <see cref="Core.Sagas.LeaverFigures"/>.</param>
/// <param name="LicencesReclaimed">How many steps gave a licence back.</param>
/// <param name="StepsByHand">How many were done, or settled, by a person.</param>
/// <param name="ResidualUntil">Until when tickets and tokens that were issued before may still work; null: nothing is known to.</param>
public sealed record LeaverLine(
    Guid SagaId,
    string PersonId,
    string EmploymentId,
    string Policy,
    bool Urgent,
    DateTimeOffset EffectiveAt,
    DateTimeOffset ContainedAt,
    DateTimeOffset? CompletedAt,
    TimeSpan TimeToContain,
    TimeSpan? TimeToComplete,
    IReadOnlyList<string> LateStages,
    double ExposureHours,
    int LicencesReclaimed,
    int StepsByHand,
    DateTimeOffset? ResidualUntil);

/// <summary>The leavers of a period together.</summary>
/// <param name="From">Their access ended then or later, UTC.</param>
/// <param name="Until">And before, UTC.</param>
/// <param name="Late">How many of them missed a deadline.</param>
/// <param name="P50">Half of them were contained faster; null: there are none.</param>
/// <param name="P95">95 of 100 were.</param>
/// <param name="NotContained">Whose effective time lies in the period too, and whose access has not ended: they are in no line.</param>
public sealed record LeaverSummary(
    DateTimeOffset From, DateTimeOffset Until, int Leavers, int Urgent, int Completed, int Late, TimeSpan? P50, TimeSpan? P95, double ExposureHours, int LicencesReclaimed, int StepsByHand, int NotContained);
