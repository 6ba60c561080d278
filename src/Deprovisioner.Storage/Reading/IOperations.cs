namespace Deprovisioner.Storage.Reading;

/// <summary>
/// What people look at, whoever carries it: the database itself, or a console over HTTP. The command line, the REST API and the console's pages see the installation through this and nothing else, so they cannot say different things.
/// A list that is read in parts throws <see cref="UnknownPlaceException"/> where it never gave the place that is asked for.
/// </summary>
public interface IOperations
{
    /// <summary>Sagas, the newest first.</summary>
    Task<Page<SagaLine>> Sagas(SagaFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One saga with all that is known of it; null: there is none.</summary>
    Task<SagaView?> Saga(Guid id, CancellationToken cancellationToken);

    /// <summary>What waits for a person, the oldest first.</summary>
    /// <param name="reason">One of those of <see cref="HeldItem"/>; null: whatever it is.</param>
    Task<IReadOnlyList<HeldItem>> Holds(string? reason, CancellationToken cancellationToken);

    /// <summary>Configured systems by name, with their condition and what waits for them.</summary>
    Task<IReadOnlyList<SystemLine>> Systems(CancellationToken cancellationToken);

    /// <summary>One person with all that is known of them; null: nobody is known by that id.</summary>
    Task<PersonView?> Person(string id, CancellationToken cancellationToken);

    /// <summary>What people have to do by hand, the most urgent first.</summary>
    /// <param name="owner">Null: whoever has them.</param>
    Task<IReadOnlyList<TaskLine>> Tasks(string? owner, bool overdue, CancellationToken cancellationToken);

    /// <summary>Webhooks and mails, the newest first.</summary>
    Task<Page<NotificationLine>> Notifications(NotificationFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Receivers of webhooks and mails that take nothing now, by name.</summary>
    Task<IReadOnlyList<TroubledReceiver>> TroubledReceivers(CancellationToken cancellationToken);

    /// <summary>Accepted HR events, the newest first.</summary>
    /// <param name="verdict">One of those of <see cref="EventLine"/>; null: whatever was decided.</param>
    Task<Page<EventLine>> Events(string? verdict, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Messages that are no valid HR events, the newest first.</summary>
    Task<Page<QuarantinedEvent>> Quarantined(PageRequest page, CancellationToken cancellationToken);
}
