using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class HrEventParserTests
{
    [Fact]
    public void The_designs_example_is_read_whole()
    {
        var read = Valid(HrEventParser.Parse(Encoding.UTF8.GetBytes(Termination.Json().ToJsonString())));

        Assert.Equal("7c1e", read.Id);
        Assert.Equal("/hris/workday", read.Source);
        Assert.Equal(HrEventTypes.Terminated, read.Type);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 16, 3, 11, TimeSpan.Zero), read.Time);
        Assert.Equal(new PersonId("P1001"), read.PersonId);
        Assert.Equal(new EmploymentId("E1001"), read.EmploymentId);
        Assert.Equal(42, read.Sequence);
        Assert.Equal(new DateOnly(2026, 11, 30), read.LastDay);
        Assert.Null(read.EffectiveAt);
        Assert.Equal("Europe/Berlin", read.TimeZone);
        Assert.Equal("voluntary", read.Reason);
        Assert.False(read.Urgent);
        Assert.Equal(new PersonAttributes("ada@example.test", "ada", "Ada", "Byron"), read.Person);
        Assert.Equal(new Assignment("Finance", "Analyst", "Berlin", new PersonId("P0007"), "employee"), read.Assignment);
        Assert.Equal([new KnownAccount(new("crm"), "u-311")], read.Accounts);
    }

    [Theory]
    [InlineData("specversion", "\"0.3\"", "unsupported-specversion")]
    [InlineData("specversion", "1.0", "unsupported-specversion")]
    [InlineData("specversion", null, "unsupported-specversion")]
    [InlineData("type", null, "missing-field")]
    [InlineData("type", "\"hr.employment.promoted.v1\"", "unknown-type")]
    [InlineData("type", "\"hr.employment.terminated.v2\"", "unknown-type")]
    [InlineData("type", "7", "unknown-type")]
    [InlineData("type", "[]", "unknown-type")]
    [InlineData("id", null, "missing-field")]
    [InlineData("id", "null", "missing-field")]
    [InlineData("id", "\"\"", "blank")]
    [InlineData("id", "\" \"", "blank")]
    [InlineData("id", "12", "wrong-type")]
    [InlineData("source", null, "missing-field")]
    [InlineData("source", "\"\"", "blank")]
    [InlineData("time", null, "missing-field")]
    [InlineData("time", "\"2026-02-30T00:00:00Z\"", "bad-date")]
    [InlineData("time", "\"2026-02-20T00:00:00\"", "bad-date")]
    [InlineData("time", "1763740991", "wrong-type")]
    [InlineData("subject", "\"E1001 \"", "blank")]
    [InlineData("datacontenttype", "\"application/xml\"", "unsupported-content")]
    [InlineData("datacontenttype", "\"json\"", "unsupported-content")]
    [InlineData("data_base64", "\"e30=\"", "unsupported-content")]
    [InlineData("data", null, "missing-field")]
    [InlineData("data", "\"{}\"", "wrong-type")]
    [InlineData("data", "[]", "wrong-type")]
    [InlineData("data.personId", "\"\"", "blank")]
    [InlineData("data.personId", "{}", "wrong-type")]
    [InlineData("data.personId", "\"P1\\u0000\"", "control-character")]
    [InlineData("data.personId", "\"P1\\u202e1\"", "control-character")]
    [InlineData("data.personId", "\"P1\\u200f1\"", "control-character")]
    [InlineData("data.personId", "\"P1\\u200b1\"", "control-character")]
    [InlineData("data.personId", "\"P1\\ud800\"", "unpaired-surrogate")]
    [InlineData("data.personId", "\"P1\\ud800\", \"personId\": \"P2\"", "duplicate-key")]
    [InlineData("data.lastDay", "\"2026-02-30\"", "bad-date")]
    [InlineData("data.lastDay", "\"2026-13-01\"", "bad-date")]
    [InlineData("data.lastDay", "\"2026-11-30T18:00:00Z\"", "bad-date")]
    [InlineData("data.lastDay", "\"30.11.2026\"", "bad-date")]
    [InlineData("data.lastDay", "\"9999-12-31\"", "bad-date")]
    [InlineData("data.lastDay", "\"\"", "bad-date")]
    [InlineData("data.lastDay", "20261130", "wrong-type")]
    [InlineData("data.effectiveAt", "\"2026-11-30T18:00:00Z\"", "conflicting-fields")]
    [InlineData("data.timeZone", "\"Mars/Olympus\"", "unknown-time-zone")]
    [InlineData("data.timeZone", "\"europe/berlin\"", "unknown-time-zone")]
    [InlineData("data.timeZone", "\"UTC+02\"", "unknown-time-zone")]
    [InlineData("data.timeZone", "\"W. Europe Standard Time\"", "unknown-time-zone")]
    [InlineData("data.urgent", "\"true\"", "wrong-type")]
    [InlineData("data.sequence", "\"42\"", "wrong-type")]
    [InlineData("data.sequence", "42.5", "wrong-type")]
    [InlineData("data.sequence", "1e400", "out-of-range")]
    [InlineData("data.sequence", "99999999999999999999", "out-of-range")]
    [InlineData("data.sequence", "-1", "out-of-range")]
    [InlineData("data.reason", "\"a\\u001b[31m\"", "control-character")]
    [InlineData("data.person", "\"ada\"", "wrong-type")]
    [InlineData("data.person.email", "\"ada\"", "bad-email")]
    [InlineData("data.person.email", "\"ada@\"", "bad-email")]
    [InlineData("data.person.email", "\"ada@a@b\"", "bad-email")]
    [InlineData("data.person.userName", "\"a\\u2066da\"", "control-character")]
    [InlineData("data.person.givenName", "\"A\\u202eda\"", "control-character")]
    [InlineData("data.person.familyName", "\"A\\u0085da\"", "control-character")]
    [InlineData("data.assignment.managerId", "\"P\\n7\"", "control-character")]
    [InlineData("data.accounts", "{}", "wrong-type")]
    [InlineData("data.accounts", "[7]", "wrong-type")]
    [InlineData("data.accounts.0.accountId", null, "missing-field")]
    [InlineData("data.accounts.0.accountId", "\"\\u007f\"", "control-character")]
    public void A_termination_spoilt_in_one_place_is_refused_with_a_reason_that_stays_the_same(string path, string? json, string reason)
    {
        var refused = Invalid(Termination.Parse(path, json));

        Assert.Equal(reason, refused.Reason);
        Assert.DoesNotContain(refused.Detail, char.IsControl);
        if (reason is not ("unpaired-surrogate" or "duplicate-key"))
        {
            Assert.Contains($"$.{path.Replace(".0.", "[0].", StringComparison.Ordinal)}", refused.Detail, StringComparison.Ordinal);
            Assert.Equal(path == "id" ? null : "7c1e", refused.Id);
            Assert.Equal(path == "source" ? null : "/hris/workday", refused.Source);
        }
    }

    [Theory]
    [InlineData("data.personId", 256)]
    [InlineData("data.employmentId", 256)]
    [InlineData("data.reason", 256)]
    [InlineData("data.person.userName", 256)]
    [InlineData("data.person.givenName", 256)]
    [InlineData("data.assignment.title", 256)]
    [InlineData("data.accounts.0.accountId", 256)]
    [InlineData("id", 256)]
    [InlineData("source", 256)]
    [InlineData("subject", 256)]
    public void A_text_may_be_as_long_as_its_limit_and_no_longer(string path, int limit)
    {
        Valid(Termination.Parse(path, $"\"{new string('x', limit)}\""));
        foreach (var length in new[] { limit + 1, 10_000 })
        {
            var refused = Invalid(Termination.Parse(path, $"\"{new string('x', length)}\""));
            Assert.Equal(InvalidEventReason.TooLong, refused.Reason);
            Assert.True(refused.Detail.Length < 400, refused.Detail);
        }
    }

    private static HrEvent Valid(HrEventParse parse)
        => parse is HrEventParse.Valid valid ? valid.Event : throw new Xunit.Sdk.XunitException(parse.ToString());

    private static HrEventParse.Invalid Invalid(HrEventParse parse) => Assert.IsType<HrEventParse.Invalid>(parse);
}
