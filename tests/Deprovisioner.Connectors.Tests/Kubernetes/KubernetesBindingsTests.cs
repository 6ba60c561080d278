using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Kubernetes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using static Deprovisioner.Connectors.Tests.Kubernetes.ClusterAdministrator;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>What is particular to bindings: on a real API server where there is one.</summary>
[Collection(nameof(ClusterFixture))]
public sealed class KubernetesBindingsTests(ClusterFixture fixture)
{
    public static TheoryData<string> OddNames => ["a b", "system:a", "a?b=c#d", "ünï\u202Ecode", "a;b+c", "a\"b", "...", "*", "{a}"];

    [Fact]
    public async Task Whoever_is_taken_out_of_a_binding_leaves_all_of_the_rest_as_it_is()
    {
        var (name, binding) = (fixture.NewName("ada"), fixture.NewName("team"));
        JsonObject[] subjects = [User("first"), User(name), Group(name), ServiceAccount(name), User(name), User(name.ToUpperInvariant()), User("last")];
        var metadata = new JsonObject { ["labels"] = new JsonObject { ["team"] = "a" }, ["annotations"] = new JsonObject { ["why"] = "\u00fcber \"x\" <1>" } };
        var made = await fixture.Administrator.BindAsync("shop", binding, "edit", subjects, metadata);

        var report = await RunAsync(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.Changed, null), (report.Outcome, report.Code));
        Assert.Equal(
            ["User first", $"Group {name}", $"ServiceAccount {name}", $"User {name.ToUpperInvariant()}", "User last"], await fixture.Administrator.SubjectsAsync("shop", binding));
        var now = await fixture.Administrator.GetAsync("shop", binding);
        Assert.Equal(made["roleRef"]!.ToJsonString(), now["roleRef"]!.ToJsonString());
        foreach (var part in new[] { "labels", "annotations", "uid", "creationTimestamp" })
        {
            Assert.Equal(made["metadata"]![part]?.ToJsonString(), now["metadata"]![part]?.ToJsonString());
        }
    }

    [Fact]
    public async Task A_binding_that_loses_its_only_subject_stays_and_a_restore_of_somebody_with_nothing_left_fills_it_again()
    {
        var (name, binding, wide) = (fixture.NewName("ada"), fixture.NewName("alone"), fixture.NewName("wide"));
        await fixture.Administrator.BindAsync("shop", binding, "edit", [User(name)]);
        await fixture.Administrator.BindAsync(null, wide, "view", [Group("g"), User(name)]);

        var removed = await RunAsync(StepAction.RemoveEntitlements, name);

        Assert.Equal(Outcome.Changed, removed.Outcome);
        Assert.Empty(await fixture.Administrator.SubjectsAsync("shop", binding));
        Assert.Equal(["Group g"], await fixture.Administrator.SubjectsAsync(null, wide));
        Assert.Empty(await FindAsync(name));

        var restored = await RunAsync(StepAction.RestoreAccount, name, snapshots: removed.Snapshots);

        Assert.Equal((Outcome.Changed, null), (restored.Outcome, restored.Code));
        Assert.Equal([$"User {name}"], await fixture.Administrator.SubjectsAsync("shop", binding));
        Assert.Equal(["Group g", $"User {name}"], await fixture.Administrator.SubjectsAsync(null, wide));
    }

    [Fact]
    public async Task What_was_made_anew_under_its_name_or_is_gone_is_not_given_back_and_keeps_nothing_else_from_it()
    {
        var (name, gone, anew, there) = (fixture.NewName("ada"), fixture.NewName("gone"), fixture.NewName("anew"), fixture.NewName("there"));
        foreach (var binding in new[] { gone, anew, there })
        {
            await fixture.Administrator.BindAsync("shop", binding, "view", [User(name), User("other")]);
        }

        var removed = await RunAsync(StepAction.RemoveEntitlements, name);
        await fixture.Administrator.DeleteAsync("shop", gone);
        await fixture.Administrator.DeleteAsync("shop", anew);
        await fixture.Administrator.BindAsync("shop", anew, "cluster-admin", [User("other")]);

        var restored = await RunAsync(StepAction.RestoreAccount, name, snapshots: removed.Snapshots);

        Assert.Equal((Outcome.Rejected, "binding-gone"), (restored.Outcome, restored.Code));
        Assert.Equal(["User other"], await fixture.Administrator.SubjectsAsync("shop", anew));
        Assert.Equal(["User other", $"User {name}"], await fixture.Administrator.SubjectsAsync("shop", there));
    }

    [Fact]
    public async Task A_binding_that_was_made_anew_since_it_was_read_is_not_the_one_that_is_meant()
    {
        var (name, binding) = (fixture.NewName("ada"), fixture.NewName("anew"));
        await fixture.Administrator.BindAsync("shop", binding, "view", [User(name)]);
        await using var connector = Open();
        var before = (await connector.ReadAsync($"User:{name}", default))!;
        await fixture.Administrator.DeleteAsync("shop", binding);
        await fixture.Administrator.BindAsync("shop", binding, "view", [User(name)]);

        await connector.ActAsync(new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = new Dictionary<string, string>() }, default);

        Assert.Equal([$"User {name}"], await fixture.Administrator.SubjectsAsync("shop", binding));
    }

    [Fact]
    public async Task What_something_else_would_put_back_is_left_to_it_and_named()
    {
        var name = fixture.NewName("ada");
        var (argo, label, flux, controlled, free) = (fixture.NewName("argo"), fixture.NewName("label"), fixture.NewName("flux"), fixture.NewName("controlled"), fixture.NewName("free"));
        await fixture.Administrator.BindAsync("shop", argo, "view", [User(name)], KubernetesTarget.Owned());
        await fixture.Administrator.BindAsync("shop", label, "view", [User(name)], Labels("argocd.argoproj.io/instance", "label-access"));
        await fixture.Administrator.BindAsync("shop", flux, "view", [User(name)], Labels("kustomize.toolkit.fluxcd.io/name", "access"));
        await fixture.Administrator.BindAsync("shop", controlled, "view", [User(name)], OwnedBy(controller: true));
        await fixture.Administrator.BindAsync("shop", free, "view", [User(name)], OwnedBy(controller: false));

        var report = await RunAsync(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.NotRemovableHere, "owned-elsewhere"), (report.Outcome, report.Code));
        foreach (var owner in new[] { "Argo CD application shop-access", "Argo CD application label-access", "Flux Kustomization access", "Tenant shop" })
        {
            Assert.Contains($"(belongs to: {owner})", report.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await fixture.Administrator.SubjectsAsync("shop", free));
        Assert.Equal([$"User {name}"], await fixture.Administrator.SubjectsAsync("shop", argo));
    }

    [Fact]
    public async Task What_comes_from_a_Helm_release_is_taken_away_and_said_to_come_back()
    {
        var (name, binding) = (fixture.NewName("ada"), fixture.NewName("released"));
        var metadata = Labels("app.kubernetes.io/managed-by", "Helm");
        metadata["annotations"] = new JsonObject { ["meta.helm.sh/release-name"] = "shop-rights" };
        await fixture.Administrator.BindAsync("shop", binding, "view", [User(name)], metadata);

        var report = await RunAsync(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.Changed, "follow-up"), (report.Outcome, report.Code));
        Assert.Contains("Helm release shop-rights", report.Message, StringComparison.Ordinal);
        Assert.Empty(await fixture.Administrator.SubjectsAsync("shop", binding));
    }

    [Theory]
    [InlineData("system:kube-scheduler-of-the-test")]
    [InlineData("system:serviceaccount:shop:builder")]
    public async Task Names_that_are_kept_for_Kubernetes_are_never_touched(string name)
    {
        var binding = fixture.NewName("own");
        await fixture.Administrator.BindAsync("shop", binding, "view", [User(name)]);

        var report = await RunAsync(StepAction.RemoveEntitlements, name);

        Assert.Equal((Outcome.Rejected, ProtectedEntries.AccountCode), (report.Outcome, report.Code));
        Assert.Equal([$"User {name}"], await fixture.Administrator.SubjectsAsync("shop", binding));
        Assert.True((await ListAsync()).Single(account => account.Account.Name == name).Critical);
    }

    [Fact]
    public async Task A_name_is_found_with_the_prefix_that_the_API_server_gives_it_and_protected_without()
    {
        var (name, binding) = (fixture.NewName("ada"), fixture.NewName("prefixed"));
        await fixture.Administrator.BindAsync("shop", binding, "view", [User($"oidc:{name}"), User(name)]);
        var settings = KubernetesTarget.With(fixture.Cluster, values: ("userPrefix", "oidc:"));

        await using (var guarded = new ConformanceHost(new KubernetesKind(), settings) { Protected = new ProtectedEntries([], new Dictionary<string, IReadOnlyList<string>> { [ProtectedEntries.EverySystem] = [name] }) })
        {
            Assert.Equal(ProtectedEntries.AccountCode, (await guarded.Run(ConformanceHost.Command(settings, StepAction.RemoveEntitlements, name))).Code);
        }

        var report = await RunAsync(StepAction.RemoveEntitlements, name, settings: settings);

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.Equal([$"User {name}"], await fixture.Administrator.SubjectsAsync("shop", binding));
        Assert.Null((await ListAsync(settings)).Single(account => account.Account.Name == name).MatchValue);
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public async Task A_binding_may_be_called_whatever_Kubernetes_lets_it(string odd)
    {
        var (name, binding) = (fixture.NewName("ada"), odd);
        await fixture.Administrator.BindAsync("shop", binding, "view", [User(name)]);

        Assert.Equal(Outcome.Changed, (await RunAsync(StepAction.RemoveEntitlements, name)).Outcome);
        Assert.Empty(await fixture.Administrator.SubjectsAsync("shop", binding));
    }

    [Fact]
    public async Task The_list_goes_on_after_the_last_name_that_it_gave_whoever_came_or_went()
    {
        var binding = fixture.NewName("many");
        var names = Enumerable.Range(1000, 1100).Select(n => $"many-{n}").ToList();
        await fixture.Administrator.BindAsync("shop", binding, "view", [.. names.Select(User), User(names[0])]);
        await fixture.Administrator.BindAsync(null, binding, "view", [User(names[1])]);
        await using var connector = Open();

        var first = await connector.ListAsync(null, default);
        var changed = await fixture.Administrator.GetAsync("shop", binding);
        changed["subjects"]!.AsArray().RemoveAt(0);
        changed["subjects"]!.AsArray().Add(User("a-newcomer"));
        await fixture.Administrator.ReplaceAsync("shop", binding, changed);
        var listed = first.Accounts.Select(account => account.Account.Name).ToList();
        for (var cursor = first.NextCursor; cursor is not null;)
        {
            var page = await connector.ListAsync(cursor, default);
            listed.AddRange(page.Accounts.Select(account => account.Account.Name));
            cursor = page.NextCursor;
        }

        Assert.Equal(500, first.Accounts.Count);
        Assert.Equal(listed.Distinct().Order(StringComparer.Ordinal), listed);
        Assert.Equal(names, listed.Where(name => name.StartsWith("many-", StringComparison.Ordinal)));
        Assert.DoesNotContain("a-newcomer", listed);
    }

    [Fact]
    public async Task A_role_that_may_not_be_bound_is_one_bindings_trouble_and_the_check_tells_of_it()
    {
        var (name, view, all, wide) = (fixture.NewName("ada"), fixture.NewName("view"), fixture.NewName("all"), fixture.NewName("stranger"));
        await fixture.Administrator.BindAsync("shop", all, "cluster-admin", [User(name)]);
        await fixture.Administrator.BindAsync("shop", view, "view", [User(name)]);
        var settings = KubernetesTarget.With(fixture.Cluster, ICluster.StrangerToken);
        await using var host = new ConformanceHost(new KubernetesKind(), settings);
        var before = await host.Check();
        await fixture.Administrator.AllowAsync(
            ICluster.Stranger, wide,
            Rule(["rolebindings", "clusterrolebindings"], ["get", "list", "update"]), Rule(["clusterroles"], ["bind"], "view", "no-such-role"));

        var (check, report) = (await host.Check(), await host.Run(ConformanceHost.Command(settings, StepAction.RemoveEntitlements, name)));
        await fixture.Administrator.DeleteAsync(null, wide);

        Assert.Equal((Outcome.Rejected, "http-403"), (report.Outcome, report.Code));
        Assert.Equal([$"User {name}"], await fixture.Administrator.SubjectsAsync("shop", all));
        Assert.Empty(await fixture.Administrator.SubjectsAsync("shop", view));
        var finding = Assert.Single(check.Findings, f => !f.Ok);
        Assert.Equal("may change who has a role", finding.Subject);
        Assert.Contains("ClusterRole cluster-admin in shop", finding.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("ClusterRole view", finding.Remedy, StringComparison.Ordinal);
        Assert.Equal(
            ["may read and change rolebindings", "may read and change clusterrolebindings", "may change who has a role"], before.Findings.Where(f => !f.Ok).Select(f => f.Subject));
        Assert.Contains("list, get, update on clusterrolebindings", before.Findings.Single(f => f.Subject.EndsWith("clusterrolebindings", StringComparison.Ordinal)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_list_takes_nobody_for_absent()
    {
        var settings = KubernetesTarget.With(fixture.Cluster, ICluster.StrangerToken);
        await using var host = new ConformanceHost(new KubernetesKind(), settings);

        var report = await host.Run(ConformanceHost.Command(settings, StepAction.RemoveEntitlements, KubernetesTarget.CanaryName));

        Assert.Equal((Outcome.Unauthorized, "http-403"), (report.Outcome, report.Code));
    }

    private static JsonObject Labels(string key, string value) => new() { ["labels"] = new JsonObject { [key] = value } };

    private static JsonObject OwnedBy(bool controller) => new()
    {
        ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "example.test/v1", ["kind"] = "Tenant", ["name"] = "shop", ["uid"] = "8d3f", ["controller"] = controller }),
    };

    private static JsonObject Rule(string[] resources, string[] verbs, params string[] names)
    {
        var rule = new JsonObject { ["apiGroups"] = List("rbac.authorization.k8s.io"), ["resources"] = List(resources), ["verbs"] = List(verbs) };
        if (names.Length > 0)
        {
            rule["resourceNames"] = List(names);
        }

        return rule;

        static JsonArray List(params string[] texts) => new([.. texts.Select(text => (JsonNode)text)]);
    }

    private IConnector Open(SystemSettings? settings = null) => new KubernetesKind().Open(settings ?? KubernetesTarget.With(fixture.Cluster), new PlainSecrets(), TimeProvider.System);

    private async Task<IReadOnlyList<AccountRef>> FindAsync(string name)
    {
        await using var connector = Open();
        return await connector.FindAsync(name, default);
    }

    private async Task<IReadOnlyList<ListedAccount>> ListAsync(SystemSettings? settings = null)
    {
        await using var connector = Open(settings);
        var listed = new List<ListedAccount>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            listed.AddRange(page.Accounts);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return listed;
    }

    private async Task<StepReport> RunAsync(StepAction action, string name, IReadOnlyList<AccountSnapshot>? snapshots = null, SystemSettings? settings = null)
    {
        var system = settings ?? KubernetesTarget.With(fixture.Cluster);
        await using var host = new ConformanceHost(new KubernetesKind(), system, ConformanceHost.Patient);
        return await host.Run(ConformanceHost.Command(system, action, name) with { Snapshots = snapshots ?? [] });
    }
}
