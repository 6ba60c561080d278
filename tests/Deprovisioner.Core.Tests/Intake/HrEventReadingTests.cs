using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;

namespace Deprovisioner.Core.Tests.Intake;

/// <summary>What is taken, and as what.</summary>
public sealed class HrEventReadingTests
{
    [Fact]
    public void The_person_falls_back_to_the_employment_and_that_to_the_subject()
    {
        Assert.Equal(("E1001", "E1001"), Ids(Termination.With("data.personId", null)));
        Assert.Equal(("P1001", "E1001"), Ids(Termination.With("data.employmentId", null)));
        Assert.Equal(("P1001", "E1001"), Ids(Termination.With("data.employmentId", "null")));
        Assert.Equal(("P1001", "E1001"), Ids(Termination.With("subject", "\"another\"")));
        Assert.Equal(("E7", "E7"), Ids(Encoding.UTF8.GetBytes("""{"specversion":"1.0","id":"1","source":"/x","type":"hr.employment.terminated.v1","time":"2026-11-21T16:03:11Z","subject":"E7","data":{}}""")));

        var neither = Assert.IsType<HrEventParse.Invalid>(HrEventParser.Parse(Encoding.UTF8.GetBytes(
            """{"specversion":"1.0","id":"1","source":"/x","type":"hr.employment.terminated.v1","time":"2026-11-21T16:03:11Z","subject":null,"data":{"personId":"P1"}}""")));
        Assert.Equal(InvalidEventReason.MissingField, neither.Reason);
        Assert.Contains("$.data.employmentId", neither.Detail, StringComparison.Ordinal);

        static (string Person, string Employment) Ids(byte[] raw) => Valid(HrEventParser.Parse(raw)) is var read ? (read.PersonId.Value, read.EmploymentId.Value) : default;
    }

    [Fact]
    public void What_is_null_is_as_if_absent()
    {
        var read = Valid(HrEventParser.Parse(Encoding.UTF8.GetBytes(
            """
            {"specversion":"1.0","id":"1","source":"/x","type":"hr.employment.terminated.v1","time":"2026-11-21T16:03:11Z","subject":"E1","datacontenttype":null,"dataschema":null,"traceparent":null,
             "data":{"personId":null,"lastDay":null,"effectiveAt":"2026-11-30T18:00:00+01:00","timeZone":null,"reason":null,"urgent":null,"sequence":null,"person":null,"assignment":null,"accounts":null}}
            """)));

        Assert.Equal(new DateTimeOffset(2026, 11, 30, 17, 0, 0, TimeSpan.Zero), read.EffectiveAt);
        Assert.Equal(TimeSpan.Zero, read.EffectiveAt!.Value.Offset);
        Assert.Equal((null, null, null, null, null, null), (read.LastDay, read.TimeZone, read.Reason, read.Sequence, (object?)read.Person, (object?)read.Assignment));
        Assert.Empty(read.Accounts);
        Assert.False(read.Urgent);
    }

    [Theory]
    [InlineData("comexampleextension", "{\"deep\":[1,2,{\"x\":null}]}")]
    [InlineData("data.costCentre", "4711")]
    [InlineData("data.person.middleName", "\"King\\u0000\"")]
    [InlineData("data.accounts.0.note", "[]")]
    [InlineData("datacontenttype", "\"application/vnd.example+json; charset=utf-8\"")]
    [InlineData("datacontenttype", "\"text/JSON\"")]
    public void What_nobody_asked_for_is_allowed(string path, string json) => Valid(Termination.Parse(path, json));

    [Theory]
    [InlineData("data.person.givenName", "\"\\u05d0\\u05d3\\u05d4\\u200f\"")]
    [InlineData("data.person.familyName", "\"\\u0645\\u06cc\\u200c\\u062e\"")]
    [InlineData("data.person.familyName", "\"O'Brien-\\ud842\\udfb7\"")]
    [InlineData("data.assignment.title", "\"*)(uid=*\"")]
    [InlineData("data.person.userName", "\"'; drop role postgres; --\"")]
    [InlineData("data.person.email", "\"\\u00e4da+x@ex\\u00e4mple.test\"")]
    public void Names_of_every_script_and_texts_of_every_malice_are_only_text(string path, string json) => Valid(Termination.Parse(path, json));

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
    [InlineData("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true)]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false)]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false)]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7", false)]
    [InlineData("", false)]
    public void The_publishers_trace_is_kept_where_it_is_one(string traceParent, bool kept)
        => Assert.Equal(kept ? traceParent : null, Valid(Termination.Parse("traceparent", $"\"{traceParent}\"")).TraceParent);

    [Fact]
    public void A_trace_that_is_no_text_is_ignored() => Assert.Null(Valid(Termination.Parse("traceparent", "{\"x\":1}")).TraceParent);

    [Theory]
    [InlineData("2026-11-30T18:00:00Z", "2026-11-30T18:00:00.0000000Z")]
    [InlineData("2026-11-30t18:00:00z", "2026-11-30T18:00:00.0000000Z")]
    [InlineData("2026-11-30T18:00:00.5+05:30", "2026-11-30T12:30:00.5000000Z")]
    [InlineData("2026-11-30T18:00:00.123456789-00:00", "2026-11-30T18:00:00.1234567Z")]
    [InlineData("2026-11-30T00:00:00+23:59", "2026-11-29T00:01:00.0000000Z")]
    [InlineData("2026-12-31T23:59:60Z", "2027-01-01T00:00:00.0000000Z")]
    [InlineData("2027-01-01T08:59:60+09:00", "2027-01-01T00:00:00.0000000Z")]
    [InlineData("2028-02-29T00:00:00Z", "2028-02-29T00:00:00.0000000Z")]
    [InlineData("1900-01-01T00:00:00Z", "1900-01-01T00:00:00.0000000Z")]
    [InlineData("2199-12-31T23:59:59Z", "2199-12-31T23:59:59.0000000Z")]
    [InlineData("2026-11-30 18:00:00Z", null)]
    [InlineData("2026-11-30T18:00Z", null)]
    [InlineData("2026-11-30T18:00:00", null)]
    [InlineData("2026-11-30T18:00:00.Z", null)]
    [InlineData("2026-11-30T18:00:00+1:00", null)]
    [InlineData("2026-11-30T18:00:00+0100", null)]
    [InlineData("2026-11-30T18:00:00+24:00", null)]
    [InlineData("2026-11-30T18:00:00 +01:00", null)]
    [InlineData("2026-11-30T24:00:00Z", null)]
    [InlineData("2026-11-30T18:60:00Z", null)]
    [InlineData("2026-11-30T18:00:60Z", null)]
    [InlineData("2026-11-30T18:00:61Z", null)]
    [InlineData("2027-02-29T00:00:00Z", null)]
    [InlineData("2100-02-29T00:00:00Z", null)]
    [InlineData("1899-12-31T23:59:59Z", null)]
    [InlineData("2200-01-01T00:00:00Z", null)]
    [InlineData("2026-11-30T18:00:00Z ", null)]
    [InlineData("\uff12026-11-30T18:00:00Z", null)]
    [InlineData("20261130T180000Z", null)]
    public void An_instant_is_RFC_3339_and_nothing_else(string text, string? utc)
        => Assert.Equal(utc, Rfc3339.Instant(text)?.UtcDateTime.ToString("O"));

    [Fact]
    public void A_byte_order_mark_is_passed_over()
        => Valid(HrEventParser.Parse(new byte[] { 0xEF, 0xBB, 0xBF }.Concat(Termination.With("data.reason", "\"voluntary\"")).ToArray()));

    [Theory]
    [InlineData("[]", "wrong-type")]
    [InlineData("null", "wrong-type")]
    [InlineData("\"text\"", "wrong-type")]
    [InlineData("", "malformed-json")]
    [InlineData("{\"specversion\":\"1.0\",}", "malformed-json")]
    [InlineData("{} // comment", "malformed-json")]
    [InlineData("{}{}", "malformed-json")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "duplicate-key")]
    [InlineData("{\"a\":{\"b\":[{\"c\":1,\"c\":1}]}}", "duplicate-key")]
    [InlineData("{\"\\ud800\":1}", "unpaired-surrogate")]
    public void What_is_no_event_is_refused(string text, string reason)
        => Assert.Equal(reason, Assert.IsType<HrEventParse.Invalid>(HrEventParser.Parse(Encoding.UTF8.GetBytes(text))).Reason);

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void Another_encoding_is_called_by_its_name(string encoding)
    {
        var text = Encoding.GetEncoding(encoding).GetBytes(Termination.Json().ToJsonString());
        var refused = Assert.IsType<HrEventParse.Invalid>(HrEventParser.Parse(text));
        Assert.Equal(InvalidEventReason.NotUtf8, refused.Reason);
        Assert.Contains("UTF-16", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_size_end_where_they_are_said_to()
    {
        Valid(Termination.Parse("data.x", new string('[', 30) + new string(']', 30)));
        Assert.Equal(InvalidEventReason.TooDeep, Assert.IsType<HrEventParse.Invalid>(Termination.Parse("data.x", new string('[', 31) + new string(']', 31))).Reason);

        var size = Termination.With("data.x", "\"\"").Length;
        Valid(Termination.Parse("data.x", $"\"{new string('x', (256 * 1024) - size)}\""));
        Assert.Equal(InvalidEventReason.TooLarge, Assert.IsType<HrEventParse.Invalid>(Termination.Parse("data.x", $"\"{new string('x', (256 * 1024) - size + 1)}\"")).Reason);
    }

    [Fact]
    public void The_refusal_is_a_sentence_that_shows_the_value_safely()
    {
        Assert.Equal(
            "$.data.lastDay is '2026-02-30', which is no day from 1900 to 2199; send one that exists, like 2026-11-30, or leave it out if there is no end.",
            Assert.IsType<HrEventParse.Invalid>(Termination.Parse("data.lastDay", "\"2026-02-30\"")).Detail);
        Assert.Equal(
            "$.data.personId is 'P1\\u202E1', which holds the control or invisible character \\u202E; send it without.",
            Assert.IsType<HrEventParse.Invalid>(Termination.Parse("data.personId", "\"P1\\u202e1\"")).Detail);
        Assert.Contains("send Europe/Berlin.", Assert.IsType<HrEventParse.Invalid>(Termination.Parse("data.timeZone", "\"W. Europe Standard Time\"")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_stored_or_shown_is_no_source_and_no_id()
    {
        var refused = Assert.IsType<HrEventParse.Invalid>(HrEventParser.Parse(Encoding.UTF8.GetBytes("""{"specversion":"2.0","id":"a\u0000","source":7}""")));
        Assert.Null(refused.Id);
        Assert.Null(refused.Source);
    }

    private static HrEvent Valid(HrEventParse parse)
        => parse is HrEventParse.Valid valid ? valid.Event : throw new Xunit.Sdk.XunitException(parse.ToString());
}
