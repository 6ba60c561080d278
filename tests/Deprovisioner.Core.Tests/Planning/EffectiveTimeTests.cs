using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Planning;

public sealed class EffectiveTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 16, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Expected instants were written by hand and agree with another implementation (Python's zoneinfo with fold, the later of the two),
    /// in this table and in those of gaps and overlaps.
    /// </summary>
    [Theory]
    // Ordinary days, both hemispheres, summer and winter.
    [InlineData("2026-11-30", "18:00", "Europe/Berlin", "2026-11-30T17:00:00Z")]
    [InlineData("2026-07-31", "18:00", "Europe/Berlin", "2026-07-31T16:00:00Z")]
    [InlineData("2026-01-15", "17:00", "Europe/London", "2026-01-15T17:00:00Z")]
    [InlineData("2026-06-15", "17:00", "Europe/London", "2026-06-15T16:00:00Z")]
    [InlineData("2026-01-15", "17:00", "America/New_York", "2026-01-15T22:00:00Z")]
    [InlineData("2026-07-15", "17:00", "America/New_York", "2026-07-15T21:00:00Z")]
    [InlineData("2026-01-15", "17:00", "America/Los_Angeles", "2026-01-16T01:00:00Z")]
    [InlineData("2026-07-15", "17:00", "America/Los_Angeles", "2026-07-16T00:00:00Z")]
    [InlineData("2026-01-15", "18:00", "Australia/Sydney", "2026-01-15T07:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Australia/Sydney", "2026-07-15T08:00:00Z")]
    [InlineData("2026-01-15", "18:00", "Pacific/Auckland", "2026-01-15T05:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Pacific/Auckland", "2026-07-15T06:00:00Z")]
    [InlineData("2026-01-15", "18:00", "America/Santiago", "2026-01-15T21:00:00Z")]
    [InlineData("2026-07-15", "18:00", "America/Santiago", "2026-07-15T22:00:00Z")]
    [InlineData("2026-01-15", "18:00", "America/Sao_Paulo", "2026-01-15T21:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Africa/Johannesburg", "2026-07-15T16:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Asia/Tokyo", "2026-07-15T09:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Asia/Dubai", "2026-07-15T14:00:00Z")]
    [InlineData("2026-07-15", "18:00", "America/Phoenix", "2026-07-16T01:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Pacific/Honolulu", "2026-07-16T04:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Africa/Casablanca", "2026-07-15T17:00:00Z")]
    [InlineData("2026-03-01", "18:00", "Africa/Casablanca", "2026-03-01T18:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Europe/Moscow", "2026-07-15T15:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Europe/Istanbul", "2026-07-15T15:00:00Z")]
    // Ireland: winter time is the "saving" in tzdb, negative.
    [InlineData("2026-01-15", "18:00", "Europe/Dublin", "2026-01-15T18:00:00Z")]
    [InlineData("2026-07-15", "18:00", "Europe/Dublin", "2026-07-15T17:00:00Z")]
    // Half and quarter hours.
    [InlineData("2026-07-15", "18:00", "Asia/Kolkata", "2026-07-15T12:30:00Z")]
    [InlineData("2026-07-15", "18:00", "Asia/Calcutta", "2026-07-15T12:30:00Z")]
    [InlineData("2026-07-15", "18:00", "Asia/Kathmandu", "2026-07-15T12:15:00Z")]
    [InlineData("2026-07-15", "18:00", "Asia/Yangon", "2026-07-15T11:30:00Z")]
    [InlineData("2026-07-15", "18:00", "Asia/Kabul", "2026-07-15T13:30:00Z")]
    [InlineData("2026-07-15", "18:00", "Australia/Adelaide", "2026-07-15T08:30:00Z")]
    [InlineData("2026-01-15", "18:00", "Australia/Adelaide", "2026-01-15T07:30:00Z")]
    [InlineData("2026-01-15", "18:00", "Australia/Darwin", "2026-01-15T08:30:00Z")]
    [InlineData("2026-07-15", "18:00", "Australia/Eucla", "2026-07-15T09:15:00Z")]
    [InlineData("2026-01-15", "18:00", "America/St_Johns", "2026-01-15T21:30:00Z")]
    [InlineData("2026-07-15", "18:00", "America/St_Johns", "2026-07-15T20:30:00Z")]
    [InlineData("2026-01-15", "18:00", "Pacific/Chatham", "2026-01-15T04:15:00Z")]
    [InlineData("2026-07-15", "18:00", "Pacific/Chatham", "2026-07-15T05:15:00Z")]
    [InlineData("2026-07-15", "18:00", "Pacific/Marquesas", "2026-07-16T03:30:00Z")]
    [InlineData("2026-07-15", "18:00", "Australia/Lord_Howe", "2026-07-15T07:30:00Z")]
    [InlineData("2026-01-15", "18:00", "Australia/Lord_Howe", "2026-01-15T07:00:00Z")]
    // Both sides of the date line: the same day ends 26 hours apart.
    [InlineData("2026-06-30", "18:00", "Pacific/Kiritimati", "2026-06-30T04:00:00Z")]
    [InlineData("2026-06-30", "18:00", "Etc/GMT+12", "2026-07-01T06:00:00Z")]
    [InlineData("2026-06-30", "18:00", "Pacific/Pago_Pago", "2026-07-01T05:00:00Z")]
    [InlineData("2026-06-30", "18:00", "Pacific/Apia", "2026-06-30T05:00:00Z")]
    [InlineData("2026-12-31", "23:59", "Pacific/Pago_Pago", "2027-01-01T10:59:00Z")]
    [InlineData("2027-01-01", "00:00", "Pacific/Kiritimati", "2026-12-31T10:00:00Z")]
    // Leap days, ends of years.
    [InlineData("2028-02-29", "18:00", "Europe/Berlin", "2028-02-29T17:00:00Z")]
    [InlineData("2028-02-29", "18:00", "America/Los_Angeles", "2028-03-01T02:00:00Z")]
    [InlineData("2000-02-29", "18:00", "Asia/Tokyo", "2000-02-29T09:00:00Z")]
    [InlineData("2027-02-28", "18:00", "America/Los_Angeles", "2027-03-01T02:00:00Z")]
    [InlineData("2026-12-31", "23:59", "Europe/Berlin", "2026-12-31T22:59:00Z")]
    [InlineData("2027-01-01", "00:00", "Europe/Berlin", "2026-12-31T23:00:00Z")]
    // The days on which clocks change, before and after the change.
    [InlineData("2026-03-29", "01:59", "Europe/Berlin", "2026-03-29T00:59:00Z")]
    [InlineData("2026-03-29", "03:00", "Europe/Berlin", "2026-03-29T01:00:00Z")]
    [InlineData("2026-03-29", "18:00", "Europe/Berlin", "2026-03-29T16:00:00Z")]
    [InlineData("2026-10-25", "01:59", "Europe/Berlin", "2026-10-24T23:59:00Z")]
    [InlineData("2026-10-25", "03:00", "Europe/Berlin", "2026-10-25T02:00:00Z")]
    [InlineData("2026-10-25", "18:00", "Europe/Berlin", "2026-10-25T17:00:00Z")]
    // Zones' extremes and plain UTC.
    [InlineData("2026-06-30", "18:00", "UTC", "2026-06-30T18:00:00Z")]
    [InlineData("2026-06-30", "18:00", "Etc/UTC", "2026-06-30T18:00:00Z")]
    [InlineData("1900-01-01", "00:00", "Etc/UTC", "1900-01-01T00:00:00Z")]
    [InlineData("2199-12-31", "23:59", "Etc/GMT+12", "2200-01-01T11:59:00Z")]
    public void A_last_day_ends_at_the_cut_off_in_its_zone(string lastDay, string cutoff, string zone, string expected)
    {
        var effective = Resolve(lastDay, cutoff, zone);

        Assert.Equal(Instant(expected), effective.At);
        Assert.Equal(TimeSpan.Zero, effective.At.Offset);
        Assert.Equal($"lastDay {lastDay} at {cutoff} {zone} (zone from the event)", effective.Basis);
    }

    [Theory]
    [InlineData("2026-03-29", "02:00", "Europe/Berlin", "2026-03-29T01:00:00Z", "03:00")]
    [InlineData("2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "03:30")]
    [InlineData("2026-03-29", "02:59", "Europe/Berlin", "2026-03-29T01:59:00Z", "03:59")]
    [InlineData("2026-03-29", "01:30", "Europe/London", "2026-03-29T01:30:00Z", "02:30")]
    [InlineData("2026-03-08", "02:30", "America/New_York", "2026-03-08T07:30:00Z", "03:30")]
    [InlineData("2026-10-04", "02:30", "Australia/Sydney", "2026-10-03T16:30:00Z", "03:30")]
    [InlineData("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00Z", "02:45")]
    [InlineData("2026-09-06", "00:30", "America/Santiago", "2026-09-06T04:30:00Z", "01:30")]
    [InlineData("2026-09-27", "02:50", "Pacific/Chatham", "2026-09-26T14:05:00Z", "03:50")]
    [InlineData("2018-11-04", "00:00", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "01:00")]
    public void A_time_that_the_clocks_skip_moves_on_by_what_they_skip(string lastDay, string cutoff, string zone, string expected, string shown)
    {
        var effective = Resolve(lastDay, cutoff, zone);

        Assert.Equal(Instant(expected), effective.At);
        Assert.EndsWith($"; clocks skip that time there, so {lastDay} {shown}", effective.Basis, StringComparison.Ordinal);
    }

    /// <summary>Samoa left out 30 December 2011, Kwajalein 21 August 1993, Kiritimati 31 December 1994 (tzdb 2026, file australasia).</summary>
    [Theory]
    [InlineData("2011-12-30", "18:00", "Pacific/Apia", "2011-12-31T04:00:00Z", "2011-12-31 18:00")]
    [InlineData("2011-12-30", "00:00", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31 00:00")]
    [InlineData("2011-12-30", "23:59", "Pacific/Fakaofo", "2011-12-31T10:59:00Z", "2011-12-31 23:59")]
    [InlineData("1993-08-21", "18:00", "Pacific/Kwajalein", "1993-08-22T06:00:00Z", "1993-08-22 18:00")]
    [InlineData("1994-12-31", "18:00", "Pacific/Kiritimati", "1995-01-01T04:00:00Z", "1995-01-01 18:00")]
    public void A_last_day_that_the_zone_left_out_ends_on_the_next(string lastDay, string cutoff, string zone, string expected, string shown)
    {
        var effective = Resolve(lastDay, cutoff, zone);

        Assert.Equal(Instant(expected), effective.At);
        Assert.EndsWith($"; clocks skip that time there, so {shown}", effective.Basis, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-10-25", "02:00", "Europe/Berlin", "2026-10-25T01:00:00Z")]
    [InlineData("2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T01:30:00Z")]
    [InlineData("2026-10-25", "02:59", "Europe/Berlin", "2026-10-25T01:59:00Z")]
    [InlineData("2026-10-25", "01:30", "Europe/London", "2026-10-25T01:30:00Z")]
    [InlineData("2026-11-01", "01:30", "America/New_York", "2026-11-01T06:30:00Z")]
    [InlineData("2026-04-05", "02:30", "Australia/Sydney", "2026-04-04T16:30:00Z")]
    [InlineData("2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04T15:15:00Z")]
    [InlineData("2026-04-04", "23:30", "America/Santiago", "2026-04-05T03:30:00Z")]
    public void A_time_that_the_clocks_show_twice_is_the_second(string lastDay, string cutoff, string zone, string expected)
    {
        var effective = Resolve(lastDay, cutoff, zone);

        Assert.Equal(Instant(expected), effective.At);
        Assert.EndsWith("; clocks show that time twice there, so the second", effective.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void An_instant_is_taken_as_it_stands()
        => Assert.Equal(
            new EffectiveTime(Instant("2026-11-30T17:00:00Z"), "event effectiveAt"),
            EffectiveTime.Resolve(Event(null, null) with { EffectiveAt = DateTimeOffset.Parse("2026-11-30T18:00:00+01:00", CultureInfo.InvariantCulture) }, null, Defaults(), Now));

    [Fact]
    public void Without_either_it_takes_effect_at_once()
        => Assert.Equal(new EffectiveTime(Now, "at once"), EffectiveTime.Resolve(Event(null, "Europe/Berlin"), null, Defaults(), Now));

    [Fact]
    public void The_zone_comes_from_event_location_policy_default_in_this_order()
    {
        var berlin = new Assignment(null, null, "Berlin", null, null);
        var policy = APolicy() with { TimeZone = "Asia/Tokyo" };

        Assert.Equal("Asia/Dubai (zone from the event)", Zone(Event("2026-11-30", "Asia/Dubai") with { Assignment = berlin }, policy));
        Assert.Equal("Europe/Berlin (zone from the location Berlin)", Zone(Event("2026-11-30", null) with { Assignment = berlin }, policy));
        Assert.Equal("Europe/Berlin (zone from the location Berlin)", Zone(Event("2026-11-30", null), policy, berlin));
        Assert.Equal("Asia/Tokyo (zone from the policy)", Zone(Event("2026-11-30", null) with { Assignment = berlin with { Location = "Atlantis" } }, policy, berlin));
        Assert.Equal("Asia/Tokyo (zone from the policy)", Zone(Event("2026-11-30", null), policy));
        Assert.Equal("America/Lima (zone from the default)", Zone(Event("2026-11-30", null), APolicy()));
        Assert.Equal("America/Lima (zone from the default)", Zone(Event("2026-11-30", null), null));

        static string Zone(HrEvent hrEvent, Policy? policy, Assignment? current = null)
            => EffectiveTime.Resolve(hrEvent, policy, Defaults(), Now, current).Basis["lastDay 2026-11-30 at 18:00 ".Length..];
    }

    [Fact]
    public void The_policys_cut_off_goes_before_the_default()
        => Assert.Equal(
            Instant("2026-11-30T11:30:00Z"),
            EffectiveTime.Resolve(Event("2026-11-30", "Europe/Berlin"), APolicy() with { Cutoff = new(12, 30) }, Defaults(), Now).At);

    /// <summary>Whatever the zone, its day and the cut-off, the instant's own local time is never before the one asked for.</summary>
    [Fact]
    public void In_every_zone_on_every_day_of_change_nobody_is_cut_off_early()
    {
        var checkedTransitions = 0;
        foreach (var id in NodaTime.DateTimeZoneProviders.Tzdb.Ids)
        {
            var zone = NodaTime.DateTimeZoneProviders.Tzdb[id];
            foreach (var interval in zone.GetZoneIntervals(NodaTime.Instant.FromUtc(2010, 1, 1, 0, 0), NodaTime.Instant.FromUtc(2030, 1, 1, 0, 0)).Where(i => i.HasEnd))
            {
                foreach (var minutes in new[] { -90, -30, -1, 0, 1, 29, 59, 61 })
                {
                    var local = interval.IsoLocalEnd.PlusMinutes(minutes);
                    var effective = Resolve(local.Date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture), local.ToString("HH:mm", CultureInfo.InvariantCulture), id);
                    var back = NodaTime.Instant.FromDateTimeOffset(effective.At).InZone(zone).LocalDateTime;
                    Assert.True(back >= new NodaTime.LocalDateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute), $"{id} {local}: {back}");
                    checkedTransitions++;
                }
            }
        }

        Assert.True(checkedTransitions > 10_000);
    }

    private static EffectiveTime Resolve(string lastDay, string cutoff, string zone)
        => EffectiveTime.Resolve(Event(lastDay, zone), null, Defaults() with { Cutoff = TimeOnly.ParseExact(cutoff, "HH:mm", CultureInfo.InvariantCulture) }, Now);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static ConfigurationDefaults Defaults() => new("America/Lima", new(18, 0), new Dictionary<string, string> { ["Berlin"] = "Europe/Berlin" });

    private static Policy APolicy() => new() { Name = "p", When = new() { Event = "terminated" }, Stages = [] };

    private static HrEvent Event(string? lastDay, string? zone) => new()
    {
        Source = "/hris",
        Id = "1",
        Type = HrEventTypes.Terminated,
        Time = Now,
        PersonId = new("P1"),
        EmploymentId = new("E1"),
        LastDay = lastDay is null ? null : DateOnly.ParseExact(lastDay, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeZone = zone,
    };
}
