using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Console.Api;

/// <summary>Webhooks and mails.</summary>
internal static class NotificationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var notifications = api.MapGroup("/notifications").WithTags("notifications");
        notifications.MapGet("", (string? receiver, string? status, [AsParameters] Part part, IOperations operations, CancellationToken aborted)
            => operations.Notifications(new NotificationFilter(receiver, status), part.Request, aborted)).WithSummary("Webhooks and mails, the newest first, with how it went");
        notifications.MapGet("/troubled-receivers", (IOperations operations, CancellationToken aborted) => operations.TroubledReceivers(aborted)).WithSummary("Receivers that take nothing now");
    }
}
