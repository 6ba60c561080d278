using Deprovisioner.Connectors.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Notifying;

/// <summary>Registers what sends webhooks and mails.</summary>
internal static class NotifyingRegistration
{
    public static IServiceCollection AddNotifying(this IServiceCollection services)
        => services
            .AddSecrets()
            .AddSingleton<WebhookSender>()
            .AddSingleton<MailSender>()
            .AddSingleton<NotificationSenders>();
}
