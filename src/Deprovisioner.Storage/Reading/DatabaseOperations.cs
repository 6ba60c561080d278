using Deprovisioner.Storage.Auditing;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>The installation as its database has it.</summary>
internal sealed class DatabaseOperations(IDbContextFactory<DeprovisionerContext> contexts, AuditReader audit, TimeProvider clock) : IOperations
{
    private readonly SagaReading sagas = new(contexts, audit, clock);
    private readonly HoldReading holds = new(contexts);
    private readonly SystemReading systems = new(contexts);
    private readonly PersonReading people = new(contexts, clock);
    private readonly TaskReading tasks = new(contexts, clock);
    private readonly EventReading events = new(contexts);
    private readonly NotificationReading notifications = new(contexts);

    public Task<Page<SagaLine>> Sagas(SagaFilter filter, PageRequest page, CancellationToken cancellationToken) => sagas.List(filter, page, cancellationToken);

    public Task<SagaView?> Saga(Guid id, CancellationToken cancellationToken) => sagas.Find(id, cancellationToken);

    public Task<IReadOnlyList<HeldItem>> Holds(string? reason, CancellationToken cancellationToken) => holds.List(reason, cancellationToken);

    public Task<IReadOnlyList<SystemLine>> Systems(CancellationToken cancellationToken) => systems.List(cancellationToken);

    public Task<PersonView?> Person(string id, CancellationToken cancellationToken) => people.Find(id, cancellationToken);

    public Task<IReadOnlyList<TaskLine>> Tasks(string? owner, bool overdue, CancellationToken cancellationToken) => tasks.List(owner, overdue, cancellationToken);

    public Task<Page<NotificationLine>> Notifications(NotificationFilter filter, PageRequest page, CancellationToken cancellationToken) => notifications.List(filter, page, cancellationToken);

    public Task<IReadOnlyList<TroubledReceiver>> TroubledReceivers(CancellationToken cancellationToken) => notifications.Troubled(cancellationToken);

    public Task<Page<EventLine>> Events(string? verdict, PageRequest page, CancellationToken cancellationToken) => events.List(verdict, page, cancellationToken);

    public Task<Page<QuarantinedEvent>> Quarantined(PageRequest page, CancellationToken cancellationToken) => events.Quarantined(page, cancellationToken);
}
