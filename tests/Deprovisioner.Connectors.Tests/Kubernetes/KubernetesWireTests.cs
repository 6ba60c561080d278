using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Kubernetes;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using static Deprovisioner.Connectors.Tests.Kubernetes.ClusterAdministrator;

namespace Deprovisioner.Connectors.Tests.Kubernetes;

/// <summary>What happens between the connector and an API server that a real one does not do on demand.</summary>
public sealed class KubernetesWireTests : IAsyncLifetime
{
    private const string Ada = "ada@example.test";

    private FakeCluster cluster = null!;
    private ClusterAdministrator administrator = null!;

    public async Task InitializeAsync()
    {
        cluster = await FakeCluster.StartNew();
        administrator = new ClusterAdministrator(cluster);
        await administrator.PrepareAsync();
        await administrator.BindAsync("shop", "one", "edit", [User(Ada), User("bob")]);
        await administrator.BindAsync("shop", "two", "view", [User(Ada)]);
    }

    public async Task DisposeAsync()
    {
        administrator.Dispose();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_is_added_between_reading_and_writing_stays()
    {
        var raced = false;
        cluster.Before = async line =>
        {
            if (line.StartsWith("PUT ", StringComparison.Ordinal) && line.Contains("/one?", StringComparison.Ordinal) && !raced)
            {
                raced = true;
                var now = await administrator.GetAsync("shop", "one");
                now["subjects"]!.AsArray().Add(User("newcomer"));
                await administrator.ReplaceAsync("shop", "one", now);
            }

            return null;
        };

        var report = await RemoveAsync();

        Assert.Equal(Outcome.Changed, report.Outcome);
        Assert.Equal(["User bob", "User newcomer"], await administrator.SubjectsAsync("shop", "one"));
        Assert.Equal(2, Writes("/one").Count());
    }

    [Fact]
    public async Task A_binding_that_changes_all_the_time_is_tried_again_later_and_keeps_no_other_from_its_change()
    {
        cluster.Before = line => Given(line.StartsWith("PUT ", StringComparison.Ordinal) && line.Contains("/one?", StringComparison.Ordinal), FakeAnswer.Refusal(409, "Conflict", "modified"));
        var fault = await ActFaultAsync();

        Assert.Equal((Outcome.Transient, "http-409"), (fault.Outcome, fault.Code));
        Assert.Equal(5, Writes("/one").Count());
        Assert.Empty(await administrator.SubjectsAsync("shop", "two"));
    }

    [Fact]
    public async Task A_binding_that_is_deleted_meanwhile_is_no_trouble()
    {
        cluster.Before = async line =>
        {
            if (line.StartsWith("PUT ", StringComparison.Ordinal) && line.Contains("/two?", StringComparison.Ordinal))
            {
                await administrator.DeleteAsync("shop", "two");
            }

            return null;
        };

        Assert.Equal((Outcome.Changed, null), Said(await RemoveAsync()));
    }

    [Fact]
    public async Task A_write_says_which_version_it_is_of_who_writes_and_leaves_what_it_does_not_know()
    {
        var one = await administrator.GetAsync("shop", "one");
        one["future"] = new JsonObject { ["exact"] = JsonNode.Parse("1.10"), ["text"] = "ü" };
        await administrator.ReplaceAsync("shop", "one", one);

        Assert.Equal(Outcome.Changed, (await RemoveAsync()).Outcome);

        Assert.Equal("""{"exact":1.10,"text":"\u00FC"}""", (await administrator.GetAsync("shop", "one"))["future"]!.ToJsonString());
        Assert.Equal("PUT /apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings/one?fieldManager=deprovisioner", Assert.Single(Writes("/one")));
    }

    [Fact]
    public async Task All_chunks_of_a_list_are_asked_for_and_what_expires_is_begun_anew()
    {
        for (var i = 0; i < 5; i++)
        {
            await administrator.BindAsync("shop", $"more-{i}", "view", [User($"more-{i}"), User(Ada)]);
        }

        (cluster.ChunkSize, cluster.Expired) = (2, 2);
        await using var connector = Open();

        var state = await connector.ReadAsync($"User:{Ada}", default);

        Assert.Equal(7, state!.Entitlements.Count);
        Assert.Equal(7, state.Entitlements.DistinctBy(e => e.Id).Count());
        Assert.All(cluster.Asked.Where(a => a.Contains("bindings?", StringComparison.Ordinal)), a => Assert.Contains("limit=500", a, StringComparison.Ordinal));

        cluster.Expired = 3;
        var fault = await FaultOfAsync(c => c.FindAsync(Ada, default));
        Assert.Equal((Outcome.Transient, "http-410"), (fault.Outcome, fault.Code));
    }

    [Theory]
    [InlineData(200, "<html>Down for maintenance</html>")]
    [InlineData(200, "null")]
    [InlineData(200, """{"kind":"ConfigMapList","items":[]}""")]
    [InlineData(200, """{"kind":"RoleBindingList"}""")]
    [InlineData(200, """{"kind":"RoleBindingList","items":[{"metadata":{"name":"a","namespace":"b","uid":"c"}}]}""")]
    [InlineData(200, """{"kind":"RoleBindingList","items":[{"metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"1"},"roleRef":{"kind":"Role","name":"r"},"subjects":{}}]}""")]
    [InlineData(200, """{"kind":"RoleBindingList","metadata":{"continue":"again"},"items":[]}""")]
    [InlineData(200, """{"kind":"RoleBindingList","kind":"RoleBindingList","items":[]}""")]
    [InlineData(404, "404 page not found")]
    public async Task What_is_no_list_of_bindings_makes_nobody_absent(int status, string body)
    {
        cluster.Before = line => Given(line.StartsWith("GET /apis/rbac.authorization.k8s.io/v1/rolebindings?", StringComparison.Ordinal), new FakeAnswer(status, body));

        var fault = await FaultOfAsync(connector => connector.FindAsync(Ada, default));

        Assert.Equal((Outcome.Transient, "not-kubernetes"), (fault.Outcome, fault.Code));
    }

    [Theory]
    [InlineData(404, "<html>")]
    [InlineData(200, """{"metadata":{"name":"two","namespace":"shop","uid":"UID","resourceVersion":"1"},"roleRef":{"kind":"ClusterRole","name":"view"}}""")]
    public async Task What_does_not_show_the_binding_is_not_taken_for_its_absence_and_not_written(int status, string body)
    {
        var uid = (await administrator.GetAsync("shop", "one"))["metadata"]!["uid"]!.ToString();
        cluster.Before = line => Given(line.EndsWith("/rolebindings/one", StringComparison.Ordinal), new FakeAnswer(status, body.Replace("UID", uid, StringComparison.Ordinal)));

        var fault = await ActFaultAsync();

        Assert.Equal((Outcome.Transient, "not-kubernetes"), (fault.Outcome, fault.Code));
        Assert.Empty(Writes("/one"));
    }

    [Fact]
    public async Task A_server_that_asks_for_patience_is_told_with_its_time()
    {
        cluster.Before = line => Given(line.StartsWith("PUT ", StringComparison.Ordinal), FakeAnswer.Refusal(429, "TooManyRequests", "busy") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "3600" } });

        var report = await RemoveAsync();

        Assert.Equal((Outcome.Throttled, "http-429"), Said(report));
        Assert.InRange(report.RetryAt!.Value, TimeProvider.System.GetUtcNow().AddMinutes(58), TimeProvider.System.GetUtcNow().AddMinutes(62));
    }

    [Fact]
    public async Task A_write_without_an_answer_may_have_been_done_and_a_read_is_only_tried_again()
    {
        cluster.Before = line => Given(line.StartsWith("PUT ", StringComparison.Ordinal), new FakeAnswer(0));
        var written = await ActFaultAsync();
        cluster.Before = _ => Given(true, new FakeAnswer(0));
        var read = await FaultOfAsync(connector => connector.FindAsync(Ada, default));

        Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), (written.Outcome, written.Code));
        Assert.Equal(Outcome.Transient, read.Outcome);
    }

    [Fact]
    public async Task A_snapshot_that_names_no_binding_is_refused_and_nothing_is_written()
    {
        await using var connector = Open();
        var before = (await connector.ReadAsync("User:nobody", default))!;
        var snapshot = new AccountSnapshot("User:nobody", "nobody", Enabled: true, ["RoleBinding/../x/../y"], new Dictionary<string, string>());

        var fault = (await Assert.ThrowsAsync<SystemFaultException>(
            () => connector.ActAsync(new ActRequest { Action = StepAction.RestoreAccount, Before = before, Facts = new Dictionary<string, string>(), Snapshot = snapshot }, default))).Fault;

        Assert.Equal((Outcome.Rejected, "bad-snapshot"), (fault.Outcome, fault.Code));
        Assert.DoesNotContain(cluster.Asked, asked => asked.StartsWith("PUT ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("one\r\ntwo")]
    [InlineData("with space")]
    [InlineData("ünï")]
    public void A_token_that_a_header_cannot_hold_is_a_setting_that_cannot_be_used(string token)
    {
        var fault = Assert.Throws<SystemFaultException>(() => new KubernetesKind().Open(KubernetesTarget.With(cluster, token), new PlainSecrets(), TimeProvider.System)).Fault;

        Assert.Equal(Fault.Misconfigured, fault.Code);
        Assert.DoesNotContain(token, fault.Message, StringComparison.Ordinal);
    }

    private static Task<FakeAnswer?> Given(bool applies, FakeAnswer answer) => Task.FromResult(applies ? answer : null);

    private static (Outcome Outcome, string? Code) Said(StepReport report) => (report.Outcome, report.Code);

    private IEnumerable<string> Writes(string to) => cluster.Asked.Where(asked => asked.StartsWith("PUT ", StringComparison.Ordinal) && asked.Contains(to + "?", StringComparison.Ordinal));

    private IConnector Open() => new KubernetesKind().Open(KubernetesTarget.With(cluster), new PlainSecrets(), TimeProvider.System);

    private async Task<StepReport> RemoveAsync()
    {
        var settings = KubernetesTarget.With(cluster);
        await using var host = new ConformanceHost(new KubernetesKind(), settings);
        return await host.Run(ConformanceHost.Command(settings, StepAction.RemoveEntitlements, Ada));
    }

    private Task<Fault> ActFaultAsync() => FaultOfAsync(async connector =>
    {
        var before = (await connector.ReadAsync($"User:{Ada}", default))!;
        await connector.ActAsync(new ActRequest { Action = StepAction.RemoveEntitlements, Before = before, Facts = new Dictionary<string, string>() }, default);
    });

    private async Task<Fault> FaultOfAsync(Func<IConnector, Task> ask)
    {
        await using var connector = Open();
        return (await Assert.ThrowsAsync<SystemFaultException>(() => ask(connector))).Fault;
    }
}
