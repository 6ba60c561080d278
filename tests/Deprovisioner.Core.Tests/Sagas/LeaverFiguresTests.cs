using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Sagas;

/// <summary>How long somebody had access that they should not have had, and what else a report adds up.</summary>
public sealed class LeaverFiguresTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3.0, "crm 0 changed 60", "ldap 0 changed 120")] // Each system counts for itself.
    [InlineData(2.0, "crm 0 changed 60", "crm 0 changed 120")] // A system until its last step in its first stage.
    [InlineData(1.0, "crm 0 changed 60", "crm 1 changed 600")] // What comes later cuts nobody who is cut already.
    [InlineData(0.0, "crm 0 absent 60", "ldap 0 already 120")] // Nothing was live.
    [InlineData(1.0, "crm 0 changed 60", "crm 0 already 120")] // The account was live; there were no sessions.
    [InlineData(10.0, "db 1 changed 600")] // A system that is only in a later stage is live until then.
    [InlineData(20.0, "db 1 failed 60")] // And one that is not cut is live until now.
    [InlineData(20.0, "db 1 changed 60", "db 1 failed 60")] // Also where one of two steps did its part.
    [InlineData(21.0, "crm 0 changed 60", "db 1 failed 60")]
    [InlineData(0.0, "db 1 cancelled 60")] // What was decided not to be needed cuts nobody.
    [InlineData(0.0, "crm 0 changed -30")] // Cut before it had to be.
    public void Exposure_is_the_time_from_the_effective_time_until_each_system_was_cut(double hours, params string[] steps)
    {
        var licence = new Step
        {
            Id = new StepId(Guid.NewGuid()),
            Ordinal = 99,
            Stage = 0,
            System = new SystemName("crm"),
            Action = StepAction.ReclaimLicence,
            Status = StepStatus.Succeeded,
            Outcome = Outcome.Changed,
            SettledAt = Noon.AddHours(50),
        };

        var figures = LeaverFigures.Of(Noon, null, [], [.. steps.Select(Step), licence]);

        Assert.Equal((hours, 1), (Math.Round(figures.ExposureHours(Noon, Noon.AddHours(20)), 6), figures.LicencesReclaimed));
        Assert.Equal(figures.EndedHours, figures.ExposureHours(Noon, Noon.AddDays(-1)));
    }

    [Theory]
    [InlineData(false, null, null, "crm 0 changed 60")] // At the deadline is in time.
    [InlineData(true, null, null, "crm 0 changed 60", "crm 0 changed 61")]
    [InlineData(false, null, null, "crm 0 failed 30")] // Nobody knows yet.
    [InlineData(true, null, 61, "crm 0 failed 30")] // It was told of.
    [InlineData(true, 90, null, "crm 0 cancelled 30")] // It never succeeded, and the saga was over after its deadline
    [InlineData(false, 50, null, "crm 0 cancelled 30")] // or before.
    [InlineData(false, 90, null, "crm 1 changed 80")] // A stage without steps has nothing to complete.
    public void A_leaver_is_late_where_a_stage_missed_its_deadline(bool late, int? over, int? told, params string[] steps)
    {
        var stage = new PlannedStage(0, "contain", TimeSpan.Zero, TimeSpan.FromHours(1), ApprovalRequired: false, DeadlineMissedAt: Noon + Minutes(told));

        Assert.Equal(late, LeaverFigures.Of(Noon, Noon + Minutes(over), [stage, stage with { Ordinal = 1, Within = null }], [.. steps.Select(Step)]).Late);
    }

    [Fact]
    public void What_a_person_did_or_settled_is_counted()
    {
        Step[] steps =
        [
            Step("crm 0 changed 1") with { Action = StepAction.ManualTask },
            Step("crm 0 rejected 2") with { Code = Core.Sagas.Step.ByHand },
            Step("crm 0 failed 3") with { Action = StepAction.ManualTask },
            Step("crm 0 changed 4"),
        ];

        Assert.Equal(2, LeaverFigures.Of(Noon, null, [], steps).StepsByHand);
    }

    /// <summary>System, stage, outcome (or that it is none) and the minutes after noon at which it was settled.</summary>
    private static Step Step(string text)
    {
        var words = text.Split(' ');
        return new Step
        {
            Id = new StepId(Guid.NewGuid()),
            Ordinal = 0,
            System = new SystemName(words[0]),
            Stage = int.Parse(words[1], CultureInfo.InvariantCulture),
            Action = StepAction.DisableAccount,
            Status = words[2] switch { "failed" => StepStatus.Failed, "cancelled" => StepStatus.Cancelled, _ => StepStatus.Succeeded },
            Outcome = words[2] is "failed" or "cancelled" ? Outcome.Rejected : EnumText.Parse<Outcome>(words[2]),
            SettledAt = Noon.AddMinutes(int.Parse(words[3], CultureInfo.InvariantCulture)),
        };
    }

    private static TimeSpan? Minutes(int? minutes) => minutes is { } some ? TimeSpan.FromMinutes(some) : null;
}
