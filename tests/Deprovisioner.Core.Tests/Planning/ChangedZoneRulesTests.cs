using System.Globalization;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Planning;

/// <summary>Zones whose rules changed: the same time of day, before and after. The table of ordinary days, gaps and overlaps is in <see cref="EffectiveTimeTests"/>.</summary>
public sealed class ChangedZoneRulesTests
{
    /// <summary>
    /// Expected instants come from Debian's tzdata, read by Python's zoneinfo (fold=1: the later of two), and where a time is shown once they agree with
    /// <c>date -u -d 'TZ="ZONE" DAY TIME'</c>. The code under test reads the copy of tzdb that NodaTime carries.
    /// </summary>
    [Theory]
    [InlineData("2016-03-27", "18:00", "Europe/Istanbul", "2016-03-27T15:00:00Z")]
    [InlineData("2016-09-06", "18:00", "Europe/Istanbul", "2016-09-06T15:00:00Z")]
    [InlineData("2016-11-30", "18:00", "Europe/Istanbul", "2016-11-30T15:00:00Z")]
    [InlineData("2015-11-30", "18:00", "Europe/Istanbul", "2015-11-30T16:00:00Z")]
    [InlineData("2018-12-31", "18:00", "America/Sao_Paulo", "2018-12-31T20:00:00Z")]
    [InlineData("2019-12-31", "18:00", "America/Sao_Paulo", "2019-12-31T21:00:00Z")]
    [InlineData("2019-02-16", "23:30", "America/Sao_Paulo", "2019-02-17T02:30:00Z")]
    [InlineData("2022-07-15", "18:00", "America/Mexico_City", "2022-07-15T23:00:00Z")]
    [InlineData("2023-07-15", "18:00", "America/Mexico_City", "2023-07-16T00:00:00Z")]
    [InlineData("2022-10-30", "01:30", "America/Mexico_City", "2022-10-30T07:30:00Z")]
    [InlineData("2018-10-27", "18:00", "Europe/Volgograd", "2018-10-27T15:00:00Z")]
    [InlineData("2018-10-29", "18:00", "Europe/Volgograd", "2018-10-29T14:00:00Z")]
    [InlineData("2020-12-26", "18:00", "Europe/Volgograd", "2020-12-26T14:00:00Z")]
    [InlineData("2020-12-28", "18:00", "Europe/Volgograd", "2020-12-28T15:00:00Z")]
    [InlineData("2020-12-27", "01:30", "Europe/Volgograd", "2020-12-26T22:30:00Z")]
    [InlineData("2018-06-30", "18:00", "Africa/Casablanca", "2018-06-30T17:00:00Z")]
    [InlineData("2019-01-31", "18:00", "Africa/Casablanca", "2019-01-31T17:00:00Z")]
    [InlineData("2024-03-20", "18:00", "Africa/Casablanca", "2024-03-20T18:00:00Z")]
    [InlineData("2024-04-15", "18:00", "Africa/Casablanca", "2024-04-15T17:00:00Z")]
    [InlineData("1945-08-31", "18:00", "Asia/Kolkata", "1945-08-31T11:30:00Z")]
    [InlineData("1945-12-31", "18:00", "Asia/Kolkata", "1945-12-31T12:30:00Z")]
    [InlineData("2014-10-25", "18:00", "Europe/Moscow", "2014-10-25T14:00:00Z")]
    [InlineData("2014-10-27", "18:00", "Europe/Moscow", "2014-10-27T15:00:00Z")]
    [InlineData("2010-07-15", "18:00", "Europe/Moscow", "2010-07-15T14:00:00Z")]
    [InlineData("2007-12-08", "18:00", "America/Caracas", "2007-12-08T22:00:00Z")]
    [InlineData("2008-01-15", "18:00", "America/Caracas", "2008-01-15T22:30:00Z")]
    [InlineData("2016-04-30", "18:00", "America/Caracas", "2016-04-30T22:30:00Z")]
    [InlineData("2016-05-02", "18:00", "America/Caracas", "2016-05-02T22:00:00Z")]
    [InlineData("2015-08-14", "18:00", "Asia/Pyongyang", "2015-08-14T09:00:00Z")]
    [InlineData("2015-08-17", "18:00", "Asia/Pyongyang", "2015-08-17T09:30:00Z")]
    [InlineData("2018-05-04", "18:00", "Asia/Pyongyang", "2018-05-04T09:30:00Z")]
    [InlineData("2018-05-05", "18:00", "Asia/Pyongyang", "2018-05-05T09:00:00Z")]
    [InlineData("2022-07-15", "18:00", "Asia/Tehran", "2022-07-15T13:30:00Z")]
    [InlineData("2023-07-15", "18:00", "Asia/Tehran", "2023-07-15T14:30:00Z")]
    [InlineData("2022-07-15", "18:00", "Asia/Amman", "2022-07-15T15:00:00Z")]
    [InlineData("2023-01-15", "18:00", "Asia/Amman", "2023-01-15T15:00:00Z")]
    [InlineData("2011-12-29", "18:00", "Pacific/Apia", "2011-12-30T04:00:00Z")]
    [InlineData("2011-12-31", "18:00", "Pacific/Apia", "2011-12-31T04:00:00Z")]
    [InlineData("2020-12-31", "18:00", "Pacific/Apia", "2020-12-31T04:00:00Z")]
    [InlineData("2021-12-31", "18:00", "Pacific/Apia", "2021-12-31T05:00:00Z")]
    [InlineData("2014-06-30", "18:00", "Africa/Cairo", "2014-06-30T16:00:00Z")]
    [InlineData("2022-06-30", "18:00", "Africa/Cairo", "2022-06-30T16:00:00Z")]
    [InlineData("2023-06-30", "18:00", "Africa/Cairo", "2023-06-30T15:00:00Z")]
    [InlineData("2006-03-20", "18:00", "America/New_York", "2006-03-20T23:00:00Z")]
    [InlineData("2007-03-20", "18:00", "America/New_York", "2007-03-20T22:00:00Z")]
    [InlineData("2017-10-31", "18:00", "Africa/Windhoek", "2017-10-31T16:00:00Z")]
    [InlineData("2016-07-15", "18:00", "Africa/Windhoek", "2016-07-15T17:00:00Z")]
    [InlineData("2018-07-15", "18:00", "Africa/Windhoek", "2018-07-15T16:00:00Z")]
    [InlineData("2024-03-01", "18:00", "Asia/Almaty", "2024-03-01T13:00:00Z")]
    [InlineData("2024-02-29", "18:00", "Asia/Almaty", "2024-02-29T12:00:00Z")]
    [InlineData("1994-12-30", "18:00", "Pacific/Kiritimati", "1994-12-31T04:00:00Z")]
    [InlineData("1995-01-01", "18:00", "Pacific/Kiritimati", "1995-01-01T04:00:00Z")]
    [InlineData("1985-07-15", "18:00", "Asia/Kathmandu", "1985-07-15T12:30:00Z")]
    [InlineData("1986-07-15", "18:00", "Asia/Kathmandu", "1986-07-15T12:15:00Z")]
    [InlineData("1980-07-15", "18:00", "Australia/Lord_Howe", "1980-07-15T08:00:00Z")]
    [InlineData("1985-01-15", "18:00", "Australia/Lord_Howe", "1985-01-15T06:30:00Z")]
    [InlineData("1985-07-15", "18:00", "Australia/Lord_Howe", "1985-07-15T07:30:00Z")]
    public void A_last_day_ends_by_the_rules_that_held_on_it(string lastDay, string cutoff, string zone, string expected)
    {
        var defaults = new ConfigurationDefaults(zone, TimeOnly.ParseExact(cutoff, "HH:mm", CultureInfo.InvariantCulture), new Dictionary<string, string>());
        var leaver = new HrEvent
        {
            Source = "/hris",
            Id = "1",
            Type = HrEventTypes.Terminated,
            Time = DateTimeOffset.UnixEpoch,
            PersonId = new("P1"),
            EmploymentId = new("E1"),
            LastDay = DateOnly.ParseExact(lastDay, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        };

        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), EffectiveTime.Resolve(leaver, null, defaults, DateTimeOffset.UnixEpoch).At);
    }
}
