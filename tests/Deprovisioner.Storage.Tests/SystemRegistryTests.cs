using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Tests;

[Collection(nameof(StorageServer))]
public sealed class SystemRegistryTests(StorageServer server)
{
    private const string Shown = "select system, configured, observe, concurrency, per_second, lease_ms, gate from systems order by system";

    [Fact]
    public async Task Systems_are_added_updated_and_marked_when_they_leave()
    {
        await using var store = await Store.New(server, Organisation.Of("crm", "ldap"));

        var isNew = await store.Systems.TakeUp(
            Organisation.Of([Organisation.System("ldap", concurrency: 3, perSecond: 0.5, observe: true), Organisation.System("mail")]) with { Version = new string('b', 64) }, default);

        Assert.True(isNew);
        Assert.Equal(
            ["crm False False 1000 1000 120000 open", "ldap True True 3 0.5 120000 open", "mail True False 1000 1000 120000 open"],
            await store.Rows(Shown));
    }

    [Fact]
    public async Task The_same_configuration_taken_up_again_changes_nothing()
    {
        var configuration = Organisation.Of("crm", "ldap");
        await using var store = await Store.New(server, configuration);
        var before = await store.Everything();

        Assert.False(await store.Systems.TakeUp(configuration, default));

        Assert.Equal(before, await store.Everything());
        Assert.Equal(1, await store.Count("configurations"));
    }

    [Fact]
    public async Task A_system_keeps_its_condition_when_its_settings_change_and_when_it_comes_back()
    {
        await using var store = await Store.New(server, Organisation.Of("crm"));
        await store.Execute("update systems set gate = 'down', gate_until = now(), failures = 4, paused_by = 'ann', paused_why = 'x', paused_at = now(), tokens = 0.25");

        await store.Systems.TakeUp(Organisation.Of("other") with { Version = new string('b', 64) }, default);
        await store.Systems.TakeUp(Organisation.Of([Organisation.System("crm", concurrency: 2)]) with { Version = new string('c', 64) }, default);

        Assert.Equal(["True 2 down 4 ann 0.25"], await store.Rows("select configured, concurrency, gate, failures, paused_by, tokens from systems where system = 'crm'"));
    }

    [Fact]
    public async Task Going_back_to_an_older_version_is_a_change_too()
    {
        var first = Organisation.Of("crm");
        await using var store = await Store.New(server, first);
        Assert.True(await store.Systems.TakeUp(first with { Version = new string('b', 64) }, default));
        store.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await store.Systems.TakeUp(first, default));
        Assert.False(await store.Systems.TakeUp(first, default));
    }

    [Fact]
    public async Task Beside_a_configuration_stands_what_the_connectors_can_do_of_whoever_took_it_up_last()
    {
        var configuration = Organisation.Of("crm");
        await using var store = await Store.New(server, configuration);
        ConnectorDescription later = new("later", new HashSet<StepAction> { StepAction.DisableAccount }, [new SettingDescription("url", SettingKind.Url, true, "Where it is."), new SettingDescription("how", SettingKind.Choice, false, "How.", ["a", "b"])], FindsAccounts: false);

        Assert.False(await store.SystemsOf(later).TakeUp(configuration, default));

        var kept = Assert.Single(ConnectorsText.Read(Assert.Single(await store.Rows("select connectors::text from configurations"))));
        Assert.Equal((later.Connector, later.FindsAccounts), (kept.Connector, kept.FindsAccounts));
        Assert.Equal(later.Actions, kept.Actions);
        Assert.Equal(later.Settings.Select(s => (s.Key, s.Kind, s.Required, s.Help, string.Join(' ', s.Allowed ?? []))), kept.Settings.Select(s => (s.Key, s.Kind, s.Required, s.Help, string.Join(' ', s.Allowed ?? []))));
    }

    [Fact]
    public async Task Replicas_that_start_together_take_it_up_once()
    {
        await using var store = await Store.On(await server.NewDatabase(), Organisation.Of([.. Enumerable.Range(0, 30).Select(i => $"s{i}")]));
        var next = Organisation.Of([.. Enumerable.Range(10, 40).Select(i => $"s{i}")]) with { Version = new string('b', 64) };

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => store.Systems.TakeUp(next, default)));

        Assert.Single(taken, isNew => isNew);
        Assert.Equal(40, await store.Count("systems where configured"));
        Assert.Equal(10, await store.Count("systems where not configured"));
    }
}
