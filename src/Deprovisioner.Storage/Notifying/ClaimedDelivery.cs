using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Storage.Notifying;

/// <summary>A delivery that is sent now, under a lease.</summary>
/// <param name="Event">The event; of a mail the first one that it tells of.</param>
/// <param name="Mail">Null: it goes to a webhook.</param>
public sealed record ClaimedDelivery(string Receiver, DeliveryAttempt Attempt, OutboxMessage Event, ClaimedMail? Mail);

/// <summary>What a mail is about. Nothing is added to it any more, so a second attempt sends the same.</summary>
/// <param name="ThreadAt">When the first mail about the thing was begun, UTC.</param>
/// <param name="ClosedAt">When it was first claimed, UTC: its date, whenever it gets through.</param>
public sealed record ClaimedMail(MailThing Thing, int Number, DateTimeOffset ThreadAt, DateTimeOffset ClosedAt);
