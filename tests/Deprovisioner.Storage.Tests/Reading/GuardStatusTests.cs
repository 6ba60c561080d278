using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Storage.Tests.Reading;

/// <summary>The guard as people see it.</summary>
[Collection(nameof(StorageServer))]
public sealed class GuardStatusTests(StorageServer server)
{
    [Fact]
    public async Task Its_window_and_limit_are_those_of_the_configuration_that_was_taken_up_last()
    {
        await using var store = await Store.New(server, Guarded());
        await store.Apply([.. Enumerable.Range(0, 5).Select(i => store.Arrived(Organisation.Hired($"p{i}")))]);
        await store.Apply([.. Enumerable.Range(0, 3).Select(i => store.Arrived(Organisation.Terminated($"p{i}")))]);

        Assert.Equal(new GuardStatus(true, TimeSpan.FromHours(12), Leavers: 3, Limit: 2, HeadCount: 5, Held: 1, Announcements: 0), await store.Operations.Guard(default));

        store.Clock.Advance(TimeSpan.FromHours(13));
        Assert.Equal((0, 2), ((await store.Operations.Guard(default)).Leavers, (await store.Operations.Guard(default)).HeadCount));

        await store.Systems.TakeUp(Organisation.Of("crm") with { Version = new string('b', 64) }, default);
        Assert.Equal(new GuardStatus(false, null, Leavers: 3, Limit: null, HeadCount: 5, Held: 1, Announcements: 0), await store.Operations.Guard(default));
    }

    [Fact]
    public async Task Layoffs_are_listed_in_parts_the_newest_first()
    {
        await using var store = await Store.New(server);
        await store.Execute("insert into guard_announcements (size, starts_at, ends_at, asked_by, why, asked_at) select n, now(), now() + interval '1 day', 'ann', 'x', now() from generate_series(1, 3) n");

        var first = await store.Operations.Layoffs(new PageRequest(2), default);
        var second = await store.Operations.Layoffs(new PageRequest(2, first.Next), default);

        Assert.Equal([3, 2, 1], first.Items.Concat(second.Items).Select(layoff => layoff.Size));
        Assert.Null(second.Next);
    }

    private static Configuration Guarded()
        => Organisation.Of("crm", "ldap") with { Text = "guard: {window: 12h, maxLeavers: 2}", Guard = new GuardSettings { Window = TimeSpan.FromHours(12), MaxLeavers = 2 } };
}
