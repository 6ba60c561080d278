namespace Deprovisioner.Storage.Reading;

/// <summary>What was or will be told to one receiver. Times are UTC.</summary>
/// <param name="Kind"><c>webhook</c> or <c>mail</c>.</param>
/// <param name="About">Of a webhook the event's id; of a mail what it is about.</param>
/// <param name="Status"><c>waiting</c>, <c>delivered</c> or <c>given-up</c>.</param>
/// <param name="NextAt">When it is tried next; null: never again.</param>
/// <param name="LastCode">What the last attempt brought, such as <c>http-503</c>; null: there was none, or none yet that ended.</param>
public sealed record NotificationLine(
    long Id, string Receiver, string Kind, string About, string Status, int Attempts, DateTimeOffset? NextAt, string? LastCode, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? DoneAt);

/// <summary>Which deliveries are asked for.</summary>
/// <param name="Receiver">Null: whoever gets it.</param>
/// <param name="Status">One of those of <see cref="NotificationLine"/>; null: however it stands.</param>
public sealed record NotificationFilter(string? Receiver, string? Status);

/// <summary>A receiver that takes nothing now. Times are UTC.</summary>
/// <param name="Failures">In a row.</param>
/// <param name="QuietUntil">When it is asked again; null: at once, or not before the configuration changes.</param>
/// <param name="GoneAt">When it said that it is gone; null: it did not.</param>
public sealed record TroubledReceiver(string Receiver, int Failures, DateTimeOffset? QuietUntil, DateTimeOffset? GoneAt);
