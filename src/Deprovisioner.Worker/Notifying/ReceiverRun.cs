using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage.Notifying;
using Deprovisioner.Worker.Running;
using Deprovisioner.Worker.Telemetry;
using Microsoft.Extensions.Logging;

namespace Deprovisioner.Worker.Notifying;

/// <summary>Sends one receiver what is due, until nothing is.</summary>
internal sealed class ReceiverRun(NotificationDeliveries deliveries, NotificationSenders senders, Configuration configuration, NotificationReceiver receiver, ILogger log)
{
    /// <summary>Beside the time limit of the attempt itself: for marking it, on a machine that has much to do.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);

    /// <summary>A stop waits no longer for the database.</summary>
    private static readonly TimeSpan HandBackWithin = TimeSpan.FromSeconds(5);

    public async Task Deliver(CancellationToken stoppingToken)
    {
        var (most, lease) = receiver is WebhookReceiver webhook ? (WebhookSender.MostAtOnce, webhook.Timeout + Slack) : (1, MailSender.Limit + Slack);
        while (await deliveries.Claim(receiver.Name, configuration.Version, most, lease, stoppingToken) is { Count: > 0 } claimed)
        {
            await Task.WhenAll(claimed.Select(delivery => Deliver(delivery, stoppingToken)));
        }
    }

    private async Task Deliver(ClaimedDelivery delivery, CancellationToken stoppingToken)
    {
        DeliveryAnswer answer;
        try
        {
            answer = await Send(delivery, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(HandBackWithin);
            await deliveries.HandBack(delivery, limit.Token);
            throw;
        }

        var decision = DeliveryDecision.Of(answer, delivery.Attempt, senders.Clock.GetUtcNow());
        await deliveries.Settle(delivery, answer, decision, configuration.Version, stoppingToken);
        Tell(delivery, answer, decision);
    }

    private async Task<DeliveryAnswer> Send(ClaimedDelivery delivery, CancellationToken stoppingToken)
    {
        switch (receiver)
        {
            case WebhookReceiver webhook when delivery.Mail is null:
                return await senders.Webhooks.Send(webhook, CloudEventText.Id(delivery.Event), CloudEventText.Of(delivery.Event), stoppingToken);
            case MailRecipient recipient when delivery.Mail is { } mail && configuration.Notifications.Mail is { } server:
                var text = MailText.Of(await deliveries.Substance(delivery, stoppingToken), server.PublicUrl);
                using (var message = MailMessages.Of(server, recipient, mail, text))
                {
                    return await senders.Mails.Send(server, message, stoppingToken);
                }

            default:
                return new(DeliveryResult.Refused, "another-kind", "The receiver of this name is of another kind now.");
        }
    }

    private void Tell(ClaimedDelivery delivery, DeliveryAnswer answer, DeliveryDecision decision)
    {
        var result = decision is DeliveryDecision.Done ? "delivered" : decision is DeliveryDecision.GivenUp ? "given-up" : "failed";
        WorkerTelemetry.Notified(receiver.Name, result);
        switch (decision)
        {
            case DeliveryDecision.GivenUp { ReceiverIsGone: true }:
                log.LogWarning("{Receiver} says that it is gone (HTTP 410): it gets nothing more until the configuration changes.", receiver.Name);
                break;
            case DeliveryDecision.GivenUp:
                log.LogWarning("Delivery {Delivery} to {Receiver} is given up after {Attempts} attempts: {Code}.", delivery.Attempt.Id, receiver.Name, delivery.Attempt.Attempts, answer.Code);
                break;
            case DeliveryDecision.Again when delivery.Attempt.FailuresOfReceiver == 0:
                // Once for each time that it begins to fail.
                log.LogWarning("{Receiver} does not take what it is sent: {Code}. {Error}", receiver.Name, answer.Code, answer.Error);
                break;
            default:
                break;
        }
    }
}
