namespace Deprovisioner.Storage.Model;

/// <summary>A row of <c>notification_deliveries</c>: a webhook's event, or a mail.</summary>
public sealed class NotificationDeliveryEntity
{
    public long DeliveryId { get; init; }

    public required string Receiver { get; init; }

    public required string Kind { get; init; }

    public long OutboxId { get; init; }

    public required string Status { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAt { get; init; }

    public DateTimeOffset GiveUpAt { get; init; }

    public string? LastCode { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public string? Thing { get; init; }

    public int? Number { get; init; }
}

/// <summary>A row of <c>notification_receivers</c>: how one stands, where there is anything to say of it.</summary>
public sealed class NotificationReceiverEntity
{
    public required string Receiver { get; init; }

    public int Failures { get; init; }

    public DateTimeOffset? QuietUntil { get; init; }

    public DateTimeOffset? GoneAt { get; init; }

    public string? GoneVersion { get; init; }
}
