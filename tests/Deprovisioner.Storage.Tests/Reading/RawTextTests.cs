using System.Text;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>What came, shown to people.</summary>
[Collection(nameof(StorageServer))]
public sealed class RawTextTests(StorageServer server)
{
    [Fact]
    public void Text_is_shown_as_it_is_and_can_be_sent_again()
        => Assert.Equal(new RawText("{\"a\":\n\t\"ä €\"}", 16, IsExact: true), RawText.Of("{\"a\":\n\t\"ä €\"}"u8, 16));

    [Theory]
    [InlineData(new byte[] { 0x61, 0xff, 0xe2, 0x82 }, @"a\xff\xe2\x82")]
    [InlineData(new byte[] { 0x00, 0x1b, 0x5b }, @"\x00\x1b[")]
    [InlineData(new byte[] { 0xc2, 0x9b }, @"\xc2\x9b")]
    public void What_is_no_text_is_shown_byte_by_byte_and_cannot_be_sent_again(byte[] bytes, string shown)
        => Assert.Equal(new RawText(shown, bytes.Length, IsExact: false), RawText.Of(bytes, bytes.Length));

    [Fact]
    public async Task One_event_and_one_message_in_quarantine_are_read_with_what_came()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Hired("p1"));
        await store.Commit(new Fact.InvalidArrived(new("syntax", "It is no JSON.", "/hr", null), "{\xff"u8.ToArray(), store.Clock.Now));
        var large = Encoding.UTF8.GetBytes(new string('x', RawText.Most + 1));
        await store.Commit(new Fact.InvalidArrived(new("syntax", "It is no JSON.", null, null), large, store.Clock.Now));

        var arrived = (await store.Operations.Event(1, default))!;
        Assert.Equal(("hired-p1", new RawText("{}", 2, true)), (arrived.Event.EventId, arrived.Raw));
        var invalid = (await store.Operations.QuarantinedMessage(1, default))!;
        Assert.Equal(("syntax", "/hr", "{ÿ"), (invalid.Message.Reason, invalid.Message.Source, invalid.Raw.Text));
        var cut = (await store.Operations.QuarantinedMessage(2, default))!.Raw;
        Assert.Equal((RawText.Most, RawText.Most + 1L, false), (cut.Text.Length, cut.Bytes, cut.IsExact));
        Assert.Null(await store.Operations.Event(7, default));
        Assert.Null(await store.Operations.QuarantinedMessage(7, default));
    }
}
