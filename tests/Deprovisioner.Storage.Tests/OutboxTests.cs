namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class OutboxTests(StorageServer server)
{
    [Fact]
    public async Task Each_notice_is_published_once_in_order()
    {
        await using var store = await Store.New(server);
        await Task.WhenAll(Enumerable.Range(0, 230).Select(i => store.Arrive(Organisation.Terminated($"p{i}"))));
        var published = new List<long>();

        Assert.Equal(200, await Publish(store, published));
        Assert.Equal(30, await Publish(store, published));
        Assert.Equal(0, await Publish(store, published));

        Assert.Equal((await store.Rows("select outbox_id from outbox order by outbox_id")).Select(long.Parse), published);
        Assert.Equal(0, await store.Count("outbox where published_at is null"));
    }

    [Fact]
    public async Task A_notice_says_which_saga_it_is_about_and_nobodys_name()
    {
        await using var store = await Store.New(server);
        var answer = await store.Arrive(Organisation.Terminated("p1"));
        OutboxMessage? published = null;

        await store.Outbox.Publish((message, _) => { published = message; return Task.CompletedTask; }, default);

        Assert.Equal(("deprovisioning.started.v1", answer.SagaId!.Value.Value), (published!.Type, published.SagaId));
        Assert.Contains("\"personId\": \"p1\"", published.Payload, StringComparison.Ordinal);
        Assert.DoesNotContain("Byron", published.Payload, StringComparison.Ordinal);
        Assert.DoesNotContain("example.test", published.Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_published_stays_and_is_published_later()
    {
        await using var store = await Store.New(server);
        await store.Arrive(Organisation.Terminated("p1"));
        await store.Arrive(Organisation.Terminated("p2"));
        var published = new List<long>();

        await Assert.ThrowsAsync<IOException>(() => store.Outbox.Publish((message, _) => published.Count == 0 ? Add(published, message) : throw new IOException("gone"), default));
        await Assert.ThrowsAsync<IOException>(() => store.Outbox.Publish((_, _) => Task.FromException(new IOException("gone")), default));

        Assert.Equal(2, await store.Count("outbox where published_at is null"));
        Assert.Equal(2, await Publish(store, published));
        Assert.Equal([published[0], published[0], published[0] + 1], published);
    }

    [Fact]
    public async Task Replicas_do_not_publish_what_another_is_publishing()
    {
        await using var store = await Store.New(server);
        await using var replica = store.Replica();
        await store.Arrive(Organisation.Terminated("p1"));
        var published = new List<long>();

        await store.Outbox.Publish(
            async (message, cancellation) =>
            {
                await Add(published, message);
                Assert.Equal(0, await Publish(replica, published).WaitAsync(TimeSpan.FromSeconds(10), cancellation));
            },
            default);

        Assert.Single(published);
    }

    private static async Task<int> Publish(Store store, List<long> published) => await store.Outbox.Publish((message, _) => Add(published, message), default);

    private static Task Add(List<long> published, OutboxMessage message)
    {
        published.Add(message.Id);
        return Task.CompletedTask;
    }
}
