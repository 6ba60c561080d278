using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Policies.Yaml;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>notifications</c>.</summary>
internal sealed class NotificationsReader(FaultList faults)
{
    private const string Example = "{webhooks: {siem: {url: …, secret: …}}, mail: {server: …, from: …}, recipients: {on-call: {to: …}}}";
    private const string WebhookExample = "siem: {url: \"https://siem.example.test/hooks\", secret: \"${env:SIEM_SECRET}\"}";
    private const string RecipientExample = "on-call: {to: on-call@example.test, digest: 5m}";

    /// <summary>Whoever wants everything.</summary>
    private const string All = "*";

    private static readonly TimeSpan ShortestBudget = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBudget = TimeSpan.FromDays(30);

    public NotificationSettings Read(YamlFields root)
    {
        if (root.Take("notifications") is not { } item || YamlFields.Of(item, "notifications", faults, Example) is not { } fields)
        {
            return NotificationSettings.None;
        }

        var webhooks = Named(fields, "webhooks", WebhookExample, Webhook);
        var mail = fields.Take("mail") is { } server ? new MailServerReader(faults).Read(server, fields.PathOf("mail")) : null;
        var recipients = Named(fields, "recipients", RecipientExample, Recipient);
        fields.RefuseRest("webhooks", "mail", "recipients");
        foreach (var twice in recipients.Select(r => r.Name).Intersect(webhooks.Select(w => w.Name), StringComparer.Ordinal))
        {
            fields.Refuse("recipients", $"{Shown.Quoted(twice)} is the name of a webhook too", "give each receiver a name of its own");
        }

        if (fields.Has("recipients") && !fields.Has("mail"))
        {
            fields.Refuse("recipients", "it is not said how mail is sent", "write mail beside it, like mail: {server: \"smtp://mail.example.test\", from: deprovisioner@example.test}");
        }

        return new(webhooks, mail, recipients);
    }

    private List<TReceiver> Named<TReceiver>(YamlFields parent, string key, string example, Func<string, YamlFields, TReceiver?> read)
        where TReceiver : class
    {
        if (parent.Take(key) is not { } item || YamlFields.Of(item, parent.PathOf(key), faults, example) is not { } fields)
        {
            return [];
        }

        var receivers = new List<TReceiver>();
        foreach (var entry in fields.Rest.ToList())
        {
            var path = fields.PathOf(entry.Key.Value);
            if (!SystemsReader.IsName(entry.Key.Value))
            {
                faults.Add(entry.Key, path, $"{YamlFields.ShownKey(entry.Key.Value)} is no name for a receiver", "write 1 to 63 lower-case letters, digits and dashes, beginning with a letter or digit");
            }

            if (YamlFields.Of(entry.Value, path, faults, example[(example.IndexOf(' ', StringComparison.Ordinal) + 1)..]) is { } own && read(entry.Key.Value, own) is { } receiver)
            {
                receivers.Add(receiver);
            }
        }

        return receivers;
    }

    private static WebhookReceiver? Webhook(string name, YamlFields fields)
    {
        var url = fields.RequireText("url", "\"https://siem.example.test/hooks\"");
        if (url is not null && WebhookUrl.Fault(url) is var (message, remedy))
        {
            fields.Refuse("url", message, remedy);
        }

        var secrets = Secrets(fields);
        var receiver = new WebhookReceiver
        {
            Name = name,
            Url = url ?? "",
            Secrets = secrets,
            Events = Events(fields),
            Timeout = fields.Span("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)) ?? TimeSpan.FromSeconds(10),
            For = Budget(fields),
            CaFile = fields.Text("caFile", "/etc/ssl/private-ca.pem"),
        };
        fields.RefuseRest("url", "secret", "events", "timeout", "for", "caFile");
        return url is null || secrets.Count == 0 ? null : receiver;
    }

    private static IReadOnlyList<string> Secrets(YamlFields fields)
    {
        if (!fields.Has("secret"))
        {
            fields.Require("secret", "write a reference to what requests are signed with, like secret: \"${env:SIEM_SECRET}\"");
            return [];
        }

        var secrets = fields.Texts("secret", "\"${env:SIEM_SECRET}\"");
        foreach (var secret in secrets)
        {
            if (SettingCheck.Fault(new SettingDescription("secret", SettingKind.Secret, true, ""), secret) is var (message, remedy))
            {
                fields.Refuse("secret", message, remedy);
            }
        }

        if (secrets.Count > 2)
        {
            fields.Refuse("secret", $"{secrets.Count} secrets stand here", "write the new one and the old one, and take the old one away once the receiver knows the new one");
        }

        return secrets;
    }

    private static MailRecipient? Recipient(string name, YamlFields fields)
    {
        if (!fields.Has("to"))
        {
            fields.Require("to", "write at least one address, like to: on-call@example.test");
        }

        var to = fields.Texts("to", "on-call@example.test");
        foreach (var address in to.Where(address => !MailAddress.IsOne(address)))
        {
            fields.Refuse("to", $"{Shown.Quoted(address)} is no mail address", "write the bare address, like on-call@example.test");
        }

        var receiver = new MailRecipient
        {
            Name = name,
            To = to,
            Events = fields.Has("events") ? Events(fields) : MailRecipient.UsualEvents,
            Digest = fields.Span("digest", TimeSpan.Zero, TimeSpan.FromDays(1)) ?? TimeSpan.FromMinutes(5),
            For = Budget(fields),
        };
        fields.RefuseRest("to", "events", "digest", "for");
        return to.Count == 0 ? null : receiver;
    }

    private static TimeSpan Budget(YamlFields fields) => fields.Span("for", ShortestBudget, LongestBudget) ?? TimeSpan.FromDays(3);

    private static HashSet<SagaNotice>? Events(YamlFields fields)
    {
        var words = fields.Texts("events", "needs-attention");
        var known = EnumText.All<SagaNotice>();
        foreach (var word in words.Where(word => word != All && !known.Contains(word)))
        {
            fields.Refuse("events", $"{Shown.Quoted(word)} is no kind of event", Suggestion.Remedy(word, [.. known, All]));
        }

        return words.Count == 0 || words.Contains(All) ? null : [.. words.Where(known.Contains).Select(EnumText.Parse<SagaNotice>)];
    }
}
