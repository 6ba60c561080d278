namespace Deprovisioner.Storage.Reading;

/// <summary>A message that is no valid HR event. Times are UTC.</summary>
/// <param name="Bytes">How long it was; of a very long one only the beginning is kept.</param>
/// <param name="Deliveries">How often it came.</param>
/// <param name="ResubmittedAct">The request by which somebody corrected it and sent it again; null: nobody did.</param>
/// <param name="Sender">Who brought it, as they signed in; null: it came over the broker.</param>
public sealed record QuarantinedEvent(
    long QuarantineId, DateTimeOffset ReceivedAt, long Bytes, string Reason, string Detail, string? Source, string? EventId, int Deliveries, long? ResubmittedAct, DateTimeOffset? ResubmittedAt, string? Sender);

/// <summary>An accepted event with what came.</summary>
public sealed record EventView(EventLine Event, RawText Raw);

/// <summary>A message that is no valid HR event, with what came.</summary>
public sealed record QuarantineView(QuarantinedEvent Message, RawText Raw);
