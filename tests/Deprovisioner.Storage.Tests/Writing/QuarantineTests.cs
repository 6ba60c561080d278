using System.Security.Cryptography;
using System.Text;
using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Writing;

[Collection(nameof(StorageServer))]
public sealed class QuarantineTests(StorageServer server)
{
    [Fact]
    public async Task An_invalid_message_is_kept_once_with_its_bytes_and_every_delivery_counted()
    {
        await using var store = await Store.New(server);
        await using var replica = store.Replica();
        byte[] raw = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? store : replica).Commit(Invalid(store, raw))));

        Assert.All(answers, answer => Assert.Equal("quarantined", answer.Verdict));
        Assert.Equal([$"200 256 {Convert.ToHexStringLower(raw)} not-utf-8"], await store.Rows("select deliveries, raw_length, encode(raw, 'hex'), reason from quarantine"));
        Assert.Equal([], store.Warnings.Concat(replica.Warnings));
        Assert.Equal([], await store.Faults());
    }

    [Fact]
    public async Task What_the_parser_quotes_is_kept_even_where_PostgreSQL_cannot_hold_it()
    {
        await using var store = await Store.New(server);

        await store.Commit(new Fact.InvalidArrived(new HrEventParse.Invalid("control-character", "a\0b\ud800c\udc00d\ud83d\ude00", "/s\0", "i\udfff"), "x"u8.ToArray(), store.Clock.Now));

        Assert.Equal(["a\uFFFDb\uFFFDc\uFFFDd\ud83d\ude00 /s\uFFFD i\uFFFD"], await store.Rows("select detail, source, event_id from quarantine"));
    }

    [Fact]
    public async Task Of_a_huge_message_the_first_mebibyte_is_kept_with_the_length_and_the_hash_of_the_whole()
    {
        await using var store = await Store.New(server);
        var raw = new byte[(1 << 20) + 5];
        new Random(1).NextBytes(raw);
        var other = raw.ToArray();
        other[^1] ^= 1;

        await store.Commit(Invalid(store, raw));
        await store.Commit(Invalid(store, other));

        Assert.Equal(
            [$"{1 << 20} {raw.Length} {Convert.ToHexStringLower(SHA256.HashData(raw))}", $"{1 << 20} {raw.Length} {Convert.ToHexStringLower(SHA256.HashData(other))}"],
            await store.Rows("select length(raw), raw_length, encode(content_hash, 'hex') from quarantine order by quarantine_id"));
        Assert.Equal([Convert.ToHexStringLower(SHA256.HashData(raw.AsSpan(0, 1 << 20)))], await store.Rows("select distinct encode(sha256(raw), 'hex') from quarantine"));
    }

    [Fact]
    public async Task Two_writers_with_the_same_messages_in_another_order_do_not_deadlock()
    {
        await using var store = await Store.New(server);
        for (var round = 0; round < 10; round++)
        {
            var messages = Enumerable.Range(0, 30).Select(i => (Fact)Invalid(store, Encoding.UTF8.GetBytes($"message {round} {i}"))).ToArray();

            // Straight through the transaction, which does not try again.
            await Task.WhenAll(store.Apply(messages), store.Apply([.. messages.Reverse()]));
        }

        Assert.Equal(["2"], await store.Rows("select distinct deliveries from quarantine"));
    }

    private static Fact.InvalidArrived Invalid(Store store, byte[] raw) => new(new HrEventParse.Invalid("not-utf-8", "The bytes are not UTF-8.", null, null), raw, store.Clock.Now);
}
