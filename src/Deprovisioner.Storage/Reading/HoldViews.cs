namespace Deprovisioner.Storage.Reading;

/// <summary>Something that waits for a person: a saga, or an event.</summary>
/// <param name="Id">The saga's, or <c>event-</c> and the number of the event.</param>
/// <param name="Reasons"><c>guard</c>, <c>protected</c>, <c>drift</c>, <c>approval</c>, <c>event</c>.</param>
/// <param name="Since">UTC; null: as long as the stage before it is through.</param>
/// <param name="WouldHappen">What a release or an approval would set going, in words.</param>
/// <param name="Hash">Of the plan; of plan and accounts where an approval is what it waits for; null: an event.</param>
/// <param name="InboxId">The number of a held event; null: a saga.</param>
public sealed record HeldItem(string Id, string PersonId, IReadOnlyList<string> Reasons, DateTimeOffset? Since, string Detail, string WouldHappen, string? Hash, long? InboxId);
