using Deprovisioner.Contracts;
using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage.Notifying;

namespace Deprovisioner.Storage.Tests.Notifying;

/// <summary>Made-up receivers, and what a test does with them.</summary>
internal static class Receivers
{
    public const string Version = "v1";

    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan Digest = TimeSpan.FromMinutes(5);

    public static NotificationSettings Webhooks(params string[] names) => new([.. names.Select(name => Webhook(name))], null, []);

    public static WebhookReceiver Webhook(string name, params SagaNotice[] events)
        => new() { Name = name, Url = "https://example.test", Secrets = ["${env:S}"], Events = events.Length == 0 ? null : events.ToHashSet() };

    public static NotificationSettings OnCall(params SagaNotice[] events)
        => new(
            [],
            new MailServer { Host = "mail.example.test", Port = 587, Encryption = MailEncryption.StartTls, From = "d@example.test" },
            [new MailRecipient { Name = "on-call", To = ["on-call@example.test"], Digest = Digest, Events = events.Length == 0 ? MailRecipient.UsualEvents : events.ToHashSet() }]);

    public static Task<int> Route(this Store store, NotificationSettings settings) => store.Get<NotificationRouting>().Route(settings, default);

    public static Task<IReadOnlyList<ClaimedDelivery>> ClaimFor(this Store store, string receiver, int most = 100, string version = Version)
        => store.Get<NotificationDeliveries>().Claim(receiver, version, most, Lease, default);

    /// <summary>Decides as the worker does, and writes it down.</summary>
    public static async Task<DeliveryDecision> Settle(this Store store, ClaimedDelivery delivery, DeliveryAnswer answer)
    {
        var decision = DeliveryDecision.Of(answer, delivery.Attempt, store.Clock.Now);
        await store.Get<NotificationDeliveries>().Settle(delivery, answer, decision, Version, default);
        return decision;
    }

    /// <summary>People whose only step fails for good with this code.</summary>
    public static async Task Fail(this Store store, string code, params IEnumerable<string> people)
    {
        foreach (var person in people)
        {
            await store.ReportEach([.. (await store.Sent(person)).Select(command => store.Reported(command, Outcome.Rejected, code))]);
        }
    }
}
