using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Notifying;

public sealed class MailTextTests
{
    private const string Console = "https://console.example.test";
    private static readonly Guid Saga = Guid.Parse("00000000-0000-0000-0000-00000000000a");

    [Fact]
    public void It_says_how_many_fail_where_and_how_and_lists_the_first()
    {
        var text = MailText.Of(new(new(SagaNotice.NeedsAttention, "crm", "http-409"), 1, 40, 0, [.. Enumerable.Range(0, 10).Select(i => new ToldSaga(Saga, $"P{i}", "leaver"))]), Console);

        Assert.Equal("40 sagas need attention: crm answers http-409", text.Subject);
        Assert.Equal("40 sagas cannot go on by themselves: crm answers http-409. Repair it, then replay.", text.Lead);
        Assert.Equal(new MailLine($"{Saga}, person P3, policy leaver", $"{Console}/sagas/{Saga}"), text.Lines[3]);
        Assert.Equal(30, text.More);
        Assert.Equal($"{Console}/attention?system=crm&code=http-409", text.Link);
    }

    [Fact]
    public void An_update_says_what_was_told_before()
        => Assert.EndsWith("12 sagas of the same kind were told of before.", Of(new(SagaNotice.NeedsAttention, "crm", "http-409"), 2, 1, 12).Lead, StringComparison.Ordinal);

    [Theory]
    [InlineData("held/guard", 3, "The guard holds 3 sagas", "/holds?reason=guard")]
    [InlineData("held/approval", 1, "1 saga held: approval", "/holds?reason=approval")]
    [InlineData("deadline-missed/SAGA/contain", 1, "Deadline missed: stage contain", "/sagas/SAGA")]
    [InlineData("completed/SAGA", 1, "A saga is completed", "/sagas/SAGA")]
    [InlineData("started/SAGA", 1, "A saga has started", "/sagas/SAGA")]
    [InlineData("stage-completed/SAGA/7", 1, "A saga has completed a stage", "/sagas/SAGA")]
    [InlineData("needs-attention/SAGA", 1, "1 saga needs attention", "/sagas/SAGA")]
    public void Each_kind_has_its_subject_and_its_place(string key, int sagas, string subject, string link)
    {
        var text = Of(MailThing.Parse(key), 1, sagas, 0);
        Assert.Equal((subject, Console + link), (text.Subject, text.Link));
    }

    [Fact]
    public void What_came_from_a_system_cannot_leave_its_place_in_a_link()
        => Assert.Equal($"{Console}/attention?system=crm&code=a%26b%3D%23%2F..%2F%22", Of(MailThing.Parse("needs-attention/crm/a&b=#/../\""), 1, 1, 0).Link);

    [Fact]
    public void Without_a_console_there_are_no_links()
    {
        var text = MailText.Of(new(new(SagaNotice.Held, "guard"), 1, 1, 0, [new ToldSaga(Saga, "P1", "leaver")]), null);
        Assert.Null(text.Link);
        Assert.Null(Assert.Single(text.Lines).Link);
    }

    [Fact]
    public void A_message_id_names_the_receiver_the_thing_its_beginning_and_the_number_and_nothing_else()
    {
        var at = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var thing = MailThing.Parse("needs-attention/crm/http-409");
        var id = MessageIds.Of("on-call", thing, at, 1, "d@example.test");

        Assert.Matches("^[0-9a-f]{32}[.]1@example[.]test$", id);
        Assert.Equal(id, MessageIds.Of("on-call", MailThing.Parse(thing.Key), at.ToOffset(TimeSpan.FromHours(2)), 1, "other@example.test"));
        string[] others =
        [
            MessageIds.Of("others", thing, at, 1, "d@example.test"), MessageIds.Of("on-call", thing with { Detail = "http-500" }, at, 1, "d@example.test"),
            MessageIds.Of("on-call", thing, at.AddSeconds(1), 1, "d@example.test"), MessageIds.Of("on-call", thing, at, 2, "d@example.test"),
        ];
        Assert.DoesNotContain(id, others);
        Assert.Equal(4, others.Distinct().Count());
    }

    private static MailText Of(MailThing thing, int number, int sagas, int before) => MailText.Of(new(thing, number, sagas, before, []), Console);
}
