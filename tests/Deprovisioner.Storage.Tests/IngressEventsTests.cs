namespace Deprovisioner.Storage.Tests;

/// <summary>Events that came by HTTP, between the commit that their sender was told of and the one that decides them.</summary>
[Collection(nameof(StorageServer))]
public sealed class IngressEventsTests(StorageServer server)
{
    [Fact]
    public async Task They_are_handed_on_in_the_order_in_which_they_came_and_let_go_of()
    {
        await using var store = await Store.New(server);
        await Keep(store, "1", "2");
        await Keep(store, "3");
        var taken = new List<string>();

        Assert.Equal(3, await store.Get<IngressEvents>().Take((raw, sender, _) => Note(taken, [.. raw, .. System.Text.Encoding.UTF8.GetBytes($" {sender}")]), default));

        Assert.Equal(["1 key:hris", "2 key:hris", "3 key:hris"], taken);
        Assert.Equal(0, await store.Get<IngressEvents>().Take((raw, _, _) => Note(taken, raw), default));
    }

    [Fact]
    public async Task What_could_not_be_taken_in_stays_and_comes_again()
    {
        await using var store = await Store.New(server);
        await Keep(store, "1", "2");
        var taken = new List<string>();

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Get<IngressEvents>().Take((raw, _, _) => taken.Count == 1 ? throw new InvalidOperationException("the process dies") : Note(taken, raw), default));
        await store.Get<IngressEvents>().Take((raw, _, _) => Note(taken, raw), default);

        Assert.Equal(["1", "1", "2"], taken);
    }

    [Fact]
    public async Task Two_orchestrators_do_not_take_the_same()
    {
        await using var store = await Store.New(server);
        await using var replica = store.Replica();
        await Keep(store, "1");
        var taken = new List<string>();

        await store.Get<IngressEvents>().Take(async (raw, _, _) => Assert.Equal(0, await replica.Get<IngressEvents>().Take((again, _, _) => Note(taken, again), default)), default);

        Assert.Empty(taken);
    }

    /// <summary>As the console does, with its rights.</summary>
    private static Task Keep(Store store, params string[] messages) => store.FromConsole<IngressEvents>().Keep([.. messages.Select(System.Text.Encoding.UTF8.GetBytes)], "key:hris", default);

    private static Task Note(List<string> taken, byte[] raw)
    {
        taken.Add(System.Text.Encoding.UTF8.GetString(raw));
        return Task.CompletedTask;
    }
}
