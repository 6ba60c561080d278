using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Connectors.RabbitMq;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.RabbitMq;

/// <summary>What happens between the connector and the management plugin, and what other versions of it answer.</summary>
[Collection(nameof(RabbitMqFixture))]
public sealed class RabbitMqWireTests(RabbitMqFixture fixture)
{
    [Fact]
    public async Task An_address_that_is_not_the_plugins_makes_nobody_absent()
    {
        var fault = await FaultOfAsync($"{fixture.Administrator.Url}/elsewhere", connector => connector.FindAsync("anybody", default));

        Assert.Equal((Outcome.Transient, "not-rabbitmq"), (fault.Outcome, fault.Code));
    }

    [Theory]
    [InlineData("<html>Down for maintenance</html>")]
    [InlineData("null")]
    [InlineData("""{"password_hash":"top-secret"}""")]
    [InlineData("""{"name":"somebody-else","password_hash":"top-secret","tags":[]}""")]
    public async Task What_is_no_answer_about_the_user_is_none(string body)
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        recorder.Before = line => line == $"GET /api/users/{RabbitMqTarget.CanaryName}" ? Answered(200, body) : Task.FromResult<ManagementRecorder.Answer?>(null);

        var fault = await FaultOfAsync(recorder.Url, connector => connector.ReadAsync(RabbitMqTarget.CanaryName, default));

        Assert.Equal((Outcome.Transient, "not-rabbitmq"), (fault.Outcome, fault.Code));
        Assert.DoesNotContain("top-secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_without_an_answer_may_have_been_done_and_a_read_is_only_tried_again()
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        recorder.Before = line => line.StartsWith("GET", StringComparison.Ordinal) ? Task.FromResult<ManagementRecorder.Answer?>(null) : Answered(0, "");
        var canary = RabbitMqTarget.CanaryName;

        var written = await FaultOfAsync(recorder.Url, async connector =>
        {
            var before = (await connector.ReadAsync(canary, default))!;
            await connector.ActAsync(new ActRequest { Action = StepAction.RevokeSessions, Before = before, Facts = new Dictionary<string, string>() }, default);
        });
        recorder.Before = _ => Answered(0, "");
        var read = await FaultOfAsync(recorder.Url, connector => connector.ReadAsync(canary, default));

        Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), (written.Outcome, written.Code));
        Assert.Equal(Outcome.Transient, read.Outcome);
    }

    [Fact]
    public async Task A_version_that_gives_users_in_pages_is_asked_for_each_of_them()
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        recorder.Before = line => line.StartsWith("GET /api/users?", StringComparison.Ordinal)
            ? Answered(200, Page(line.Contains("page=1&", StringComparison.Ordinal) ? 1 : 2))
            : Task.FromResult<ManagementRecorder.Answer?>(null);

        var listed = await ListAsync(recorder.Url);

        Assert.Equal(["user-1 True", "user-2 True"], listed);
        Assert.Equal(["GET /api/users?page=1&page_size=500&sort=name", "GET /api/users?page=2&page_size=500&sort=name"], recorder.Asked.Where(a => a.Contains("users?", StringComparison.Ordinal)));

        static string Page(int number) => $$"""{"items":[{"name":"user-{{number}}","password_hash":"","tags":"","limits":[]}],"page":{{number}},"page_count":2,"page_size":500}""";
    }

    [Fact]
    public async Task A_version_that_gives_all_users_at_once_is_cut_into_pages()
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        var all = $"[{string.Join(',', Enumerable.Range(1000, 1001).Reverse().Select(n => $$"""{"name":"u{{n}}","password_hash":"","limits":{"max-connections":0},"tags":["management"]}"""))}]";
        recorder.Before = line => line.StartsWith("GET /api/users?", StringComparison.Ordinal) ? Answered(200, all) : Task.FromResult<ManagementRecorder.Answer?>(null);
        await using var connector = Open(recorder.Url);

        var first = await connector.ListAsync(null, default);

        Assert.Equal((500, "2"), (first.Accounts.Count, first.NextCursor));
        Assert.Equal(Enumerable.Range(1000, 1001).Select(n => $"u{n} True"), await ListAsync(recorder.Url));
    }

    [Fact]
    public async Task A_server_whose_authority_is_not_named_is_not_trusted()
    {
        using var folder = new TemporaryFolder("rabbitmq-tls");
        await Certificates.Make(folder);
        using var pair = X509Certificate2.CreateFromPemFile(folder["server.pem"], folder["server.key"]);
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url, pair);

        await using (var trusting = Open(recorder.Url, folder["ca.pem"]))
        {
            Assert.Single(await trusting.FindAsync(RabbitMqTarget.CanaryName, default));
        }

        await using var host = new ConformanceHost(new RabbitMqKind(), Settings(recorder.Url, folder["other-ca.pem"]));
        Assert.Contains((await host.Check()).Findings, f => f is { Subject: "certificate", Ok: false });
        Assert.Equal((Outcome.Unauthorized, Fault.Untrusted), Said(await host.Run(ConformanceHost.Command(Settings(recorder.Url), StepAction.DisableAccount, "anybody"))));
    }

    [Fact]
    public async Task A_call_ends_with_its_token()
    {
        await using var recorder = await ManagementRecorder.StartAsync(fixture.Administrator.Url);
        using var stop = new CancellationTokenSource();
        var held = new TaskCompletionSource<ManagementRecorder.Answer?>();
        recorder.Before = async _ =>
        {
            await stop.CancelAsync();
            return await held.Task;
        };
        await using var connector = Open(recorder.Url);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connector.FindAsync("anybody", stop.Token).WaitAsync(TimeSpan.FromSeconds(1)));
        held.SetResult(new ManagementRecorder.Answer(500));
    }

    private static (Outcome Outcome, string? Code) Said(StepReport report) => (report.Outcome, report.Code);

    private static Task<ManagementRecorder.Answer?> Answered(int status, string body) => Task.FromResult<ManagementRecorder.Answer?>(new(status, body));

    private static SystemSettings Settings(string url, string? authorities = null)
    {
        var settings = RabbitMqTarget.With(url);
        return authorities is null ? settings : settings with { Values = new Dictionary<string, string>(settings.Values) { ["caFile"] = authorities } };
    }

    private static IConnector Open(string url, string? authorities = null) => new RabbitMqKind().Open(Settings(url, authorities), new PlainSecrets(), TimeProvider.System);

    private static async Task<IReadOnlyList<string>> ListAsync(string url)
    {
        await using var connector = Open(url);
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = await connector.ListAsync(cursor, default);
            listed.AddRange(page.Accounts.Select(a => $"{a.Account.Name} {a.Enabled}"));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return listed;
    }

    private static async Task<Fault> FaultOfAsync(string url, Func<IConnector, Task> ask)
    {
        await using var connector = Open(url);
        return (await Assert.ThrowsAsync<SystemFaultException>(() => ask(connector))).Fault;
    }
}
