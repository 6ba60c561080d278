namespace Deprovisioner.Worker.Notifying;

/// <summary>The ways to tell somebody, and the clock by which it is tried again.</summary>
internal sealed record NotificationSenders(WebhookSender Webhooks, MailSender Mails, TimeProvider Clock);
