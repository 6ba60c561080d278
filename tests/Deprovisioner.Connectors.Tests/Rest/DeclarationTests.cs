using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class DeclarationTests
{
    [Fact]
    public void What_a_declaration_says_how_to_do_is_what_its_connector_does()
    {
        var description = Declared.Kind(Declared.Small()).Description;

        Assert.Equal(
            [StepAction.DisableAccount, StepAction.RemoveEntitlements, StepAction.DeleteAccount, StepAction.RestoreAccount], description.Actions.Order());
        Assert.Equal(["url", "token", "caFile"], description.Settings.Select(s => s.Key));
    }

    [Fact]
    public void All_faults_are_told_at_once_each_with_its_place()
    {
        var faults = DeclarationReader.Read(Declared.Small(
            ("title: Small", "titel: Small"),
            ("id: $.id\n", "id: id\n"),
            ("disabledWhen: {at: $.state, is: blocked}", "disabledWhen: {at: $.state, iss: blocked}"))).Faults;

        Assert.Equal(
            [
                "1:1: titel: there is no 'titel' here",
                "1:1: 'title' is missing; write it: What people call the system, such as Okta.",
                "10:3: account.id: a location begins with $, like $.user.id; correct it.",
                "12:31: account.disabledWhen.iss: there is no 'iss' here; write one of: at, is, isNot, exists.",
            ],
            faults.Select(f => f.ToString().Split("; write one of: title")[0]));
    }

    [Theory]
    [InlineData("get: /users, query: {mail: \"{value}\"}", "get: \"/users/{id}\"", "find.mail", "{id} is not known here")]
    [InlineData("query: {mail: \"{value}\"}", "query: {q: 'mail eq \"{value}\"'}", "find.mail", "a quote in it would end them")]
    [InlineData("post: \"/users/{id}/block\"", "post: \"https://{account.host}/block\"", "actions.disable-account", "to which server the request goes")]
    [InlineData("post: \"/users/{id}/block\"", "post: \"users/{id}/block\"", "actions.disable-account", "neither below the server's address nor a whole address")]
    [InlineData("post: \"/users/{id}/block\"", "post: \"/users/{id}/block\", query: {t: \"{settings.token}\"}", "actions.disable-account", "the secret 'token' stands in a request")]
    [InlineData("post: \"/users/{id}/block\"", "post: \"/users/{settings.tenant}/block\"", "actions.disable-account", "there is no setting 'tenant'")]
    [InlineData("post: \"/users/{id}/block\"", "post: /a, put: /b", "actions.disable-account", "there is not exactly one of get, post, put, patch and delete")]
    [InlineData("{delete: \"/users/{id}\", target: account}", "{delete: \"/users/{id}\"}", "actions.delete-account.delete", "not said what this deletes")]
    [InlineData("  disabledWhen: {at: $.state, is: blocked}", "  names: $.mail", "actions.disable-account", "could never be seen to be")]
    [InlineData("disable-account: {post", "revoke-sessions: {post", "actions.revoke-sessions", "nothing shows its effect")]
    [InlineData("disable-account: {post", "remove-entitlements: {post", "actions.remove-entitlements", "no request about the account as a whole")]
    [InlineData("disable-account: {post", "lock-account: {post", "actions.lock-account", "'lock-account' is not a choice here")]
    [InlineData("bearer: \"{settings.token}\"", "bearer: \"{settings.token}\", basic: {user: a, password: b}", "server.credential", "several credentials")]
    [InlineData("token: {kind", "limits: {kind", "settings.limits", "every system has a 'limits' of its own")]
    [InlineData("list: {get: \"/users/{id}/groups\", items: \"$[*]\"}", "owners: []", "entitlements.group", "not said where they are listed")]
    [InlineData("items: \"$[*]\", valueAt", "items: \"$[*]\", pages: {link: next, page: p}, valueAt", "find.mail.pages", "not exactly one way to the next page")]
    public void What_could_go_wrong_later_is_refused_when_it_is_read(string old, string instead, string path, string message)
    {
        var faults = DeclarationReader.Read(Declared.Small((old, instead))).Faults;

        Assert.Contains(faults, f => f.Path == path && f.Message.Contains(message, StringComparison.Ordinal) && f.Line > 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("a: b: c")]
    [InlineData("title: *nobody")]
    [InlineData("--- {}\n--- {}")]
    [InlineData("title: &a [*a]")]
    [InlineData("actions: 7")]
    [InlineData("account: {id: [1, 2]}")]
    public void Whatever_the_text_is_it_is_told_what_is_wrong(string text) => Assert.NotEmpty(DeclarationReader.Read(text).Faults);
}
