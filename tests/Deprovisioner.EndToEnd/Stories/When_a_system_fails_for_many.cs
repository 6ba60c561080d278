using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>A system refuses everybody; programs are told of each, and people of the one thing that it is.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_a_system_fails_for_many(Company company)
{
    private const int People = 40;

    [Fact]
    public async Task People_get_one_mail_and_programs_one_request_for_each_whoever_else_hangs()
    {
        using var mail = await SmtpServer.StartAsync();
        await using var crm = await WebhookTarget.StartAsync();
        crm.Answer = WebhookTarget.Status(400);
        await using var siem = await WebhookTarget.StartAsync();
        await using var slow = await WebhookTarget.StartAsync();
        slow.Answer = WebhookTarget.Hang;
        using var secrets = new TemporaryFolder("secrets");
        secrets.Write("smtp", SmtpServer.Password);
        secrets.Write("hook", "whsec_" + Convert.ToBase64String(new byte[32]));
        await using var product = await company.Install(new StoryOptions
        {
            CrmUrl = crm.Url,
            MoreKeys = $$"""
                notifications:
                  webhooks:
                    siem: {url: "{{siem.Url}}", secret: "${file:{{secrets["hook"]}}}", events: [needs-attention]}
                    slow: {url: "{{slow.Url}}", secret: "${file:{{secrets["hook"]}}}", timeout: 1m}
                  mail: {server: "smtp://127.0.0.1:{{mail.Port}}", username: {{SmtpServer.User}}, password: "${file:{{secrets["smtp"]}}}", from: d@example.test, caFile: {{mail.CaFile}}, publicUrl: "https://console.example.test"}
                  recipients:
                    on-call: {to: on-call@example.test, digest: 30s}
                """,
        });
        var worker = await product.StartWorker();

        await product.Publish([.. Enumerable.Range(0, People).Select(i => HrEvents.Terminated(new Employee(company, $"many{i}", $"many{i}@example.test", "", "", "")))]);

        await Eventually.True("a request for each", () => Task.FromResult(siem.Requests.Count >= People), TimeSpan.FromMinutes(2));
        await Eventually.True("the mail", () => Task.FromResult(mail.Mails.Count > 0), TimeSpan.FromMinutes(2));
        Assert.Equal(People, siem.Requests.Select(r => r.Headers["webhook-id"]).Distinct().Count());
        Assert.Equal(People, siem.Requests.Select(r => (string)JsonNode.Parse(r.Body)!["data"]!["sagaId"]!).Distinct().Count());
        var told = Assert.Single(mail.Mails);
        Assert.Equal($"{People} sagas need attention: crm answers http-400", told["Subject"]);
        Assert.Equal(["on-call@example.test"], told.To);
        Assert.DoesNotContain("many1@example.test", told.Plain + told.Html, StringComparison.Ordinal);
        Assert.Equal([$"1 {People}"], await product.Lines("select concat_ws(' ', count(distinct delivery_id), count(*)) from notification_deliveries join notification_mail_sagas using (delivery_id)"));
        Assert.NotEmpty(slow.Requests);
        Assert.DoesNotContain(SmtpServer.Password, worker.Output, StringComparison.Ordinal);

        await Eventually.True("all of it to be marked", async () => await product.Query<long>("select count(*) from notification_deliveries where status = 'delivered'") == People + 1);
        Assert.Equal(People, (await product.Json("notifications", "list", "--receiver", "siem", "--status", "delivered", "--limit", "100"))["items"]!.AsArray().Count);
        Assert.Contains("needs-attention/crm/http-400", await product.Cli("notifications", "list", "--receiver", "on-call"), StringComparison.Ordinal);
        Assert.Contains("delivered", await product.Cli("notifications", "test", "siem"), StringComparison.Ordinal);
        Assert.Contains("deprovisioning.test.v1", siem.Requests[^1].Body, StringComparison.Ordinal);
        Assert.Equal(1, (await product.TryCli("notifications", "test", "nobody")).ExitCode);
        await product.AuditIsVerified();
    }
}
