using Deprovisioner.Storage.Access;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Writing;

namespace Deprovisioner.Storage.Tests.Asking;

/// <summary>Keys of machines, and what was refused to somebody: asked for by whoever may ask, done by an orchestrator, in the audit.</summary>
[Collection(nameof(StorageServer))]
public sealed class AccessTests(StorageServer server)
{
    private static readonly Asker Ann = new("ann", "because");

    [Fact]
    public async Task A_key_counts_until_it_is_taken_back_or_expires_and_whoever_asked_is_in_the_audit()
    {
        await using var store = await Store.New(server);
        var (key, other) = (ApiKeyText.New(), ApiKeyText.New());
        await Done(store, ActRequest.CreateKey(Ann, key, "hris", [AccessRoles.Publisher, AccessRoles.Viewer], store.Clock.Now.AddDays(2)), "done");
        await Done(store, ActRequest.CreateKey(Ann, other, "hris", [AccessRoles.Publisher], store.Clock.Now.AddDays(1)), "done");
        var keys = store.Get<ApiKeys>();

        Assert.Equal(("hris", "publisher viewer"), await keys.Find(key, default) is { } found ? (found.Name, string.Join(' ', found.Roles)) : default);
        Assert.True(ApiKeyText.TryParse($"dpk_{key.Id}_{other.Reveal()[21..]}", out var mixed));
        Assert.Null(await keys.Find(mixed, default));
        store.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(await keys.Find(other, default));
        await Done(store, ActRequest.RevokeKey(Ann, key.Id), "done");
        await Done(store, ActRequest.RevokeKey(Ann, key.Id), "refused");
        Assert.Null(await keys.Find(key, default));
        Assert.Equal(["api-key-created", "api-key-created", "api-key-revoked"], await store.Rows("select type from audit where type like 'api-key-%' order by seq"));
        Assert.Equal(0, await store.Count($"operator_acts where details::text like '%{key.Reveal()[21..]}%'"));
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task What_was_refused_to_somebody_is_in_the_audit()
    {
        await using var store = await Store.New(server);

        await Done(store, ActRequest.AccessRefused("key:viewer", "POST /api/v1/systems/{name}/pause", [AccessRoles.Operator]), "done");

        Assert.Equal(["key:viewer POST /api/v1/systems/{name}/pause [\"operator\"]"], await store.Rows(
            "select concat_ws(' ', f->>'who', f->>'asked', f->>'needs') from audit, lateral (select convert_from(payload, 'UTF8')::jsonb->'facts' as f) as x where type = 'access-refused'"));
        Assert.Empty(await store.Faults());
    }

    [Fact]
    public async Task The_same_request_sent_again_with_its_key_is_the_same_act()
    {
        await using var store = await Store.New(server);
        ActRequest[] pause = [ActRequest.Pause(Ann, "crm"), ActRequest.Pause(Ann, "ldap")];

        var asked = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => store.Operations.AskOnce(pause, "k-1", default)));
        var another = await store.Operations.AskOnce([ActRequest.Resume(Ann, "crm")], "k-1", default);
        var somebodyElse = await store.Operations.AskOnce([ActRequest.Resume(Ann with { Who = "ben" }, "crm")], "k-1", default);

        Assert.Single(asked.Select(acts => string.Join(' ', acts!.Select(act => act.ActId))).Distinct());
        Assert.Null(another);
        Assert.NotNull(somebodyElse);
        Assert.Equal(3, await store.Count("operator_acts"));
    }

    [Theory]
    [InlineData("dpk_")]
    [InlineData("dpk_aaaaaaaaaaaaaaaa_short")]
    [InlineData("dpk_AAAAAAAAAAAAAAAA_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("dpk_aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("dpk_aaaaaaaaaaaaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')")]
    public void What_is_no_key_is_looked_up_nowhere(string text) => Assert.False(ApiKeyText.TryParse(text, out _));

    private static async Task Done(Store store, ActRequest request, string verdict)
    {
        var asked = await store.Operations.Ask([request], default);
        Assert.Equal(verdict, (await store.Commit(new Fact.ActRequested(asked[0].ActId))).Verdict);
    }
}
