using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

/// <summary>The installation as its database has it.</summary>
internal sealed class DatabaseOperations(IDbContextFactory<DeprovisionerContext> contexts, NpgsqlDataSource database, AuditReader audit, PreviewReader preview, TimeProvider clock) : IOperations
{
    private readonly SagaReading sagas = new(contexts, audit, clock);
    private readonly HoldReading holds = new(contexts);
    private readonly SystemReading systems = new(contexts, clock);
    private readonly PersonReading people = new(contexts, clock);
    private readonly PlanReading plans = new(contexts, database, preview, clock);
    private readonly TaskReading tasks = new(contexts, clock);
    private readonly EventReading events = new(contexts, database);
    private readonly RequestedActs acts = new(contexts, clock);
    private readonly GuardReading guard = new(contexts, clock);
    private readonly ReplayReading replays = new(contexts);
    private readonly ReconciliationReading reconciliations = new(contexts);
    private readonly AuditSearch rows = new(database);
    private readonly OverviewReading overview = new(database, new SystemReading(contexts, clock), new ReplayReading(contexts), clock);
    private readonly AttentionReading attention = new(database);
    private readonly LeaverReading leavers = new(contexts, clock);
    private readonly PersonSearch search = new(database, contexts);
    private readonly NotificationReading notifications = new(contexts);

    public Task<Page<SagaLine>> Sagas(SagaFilter filter, PageRequest page, CancellationToken cancellationToken) => sagas.List(filter, page, cancellationToken);

    public Task<SagaView?> Saga(Guid id, CancellationToken cancellationToken) => sagas.Find(id, cancellationToken);

    public Task<IReadOnlyList<HeldItem>> Holds(string? reason, CancellationToken cancellationToken) => holds.List(reason, cancellationToken);

    public Task<IReadOnlyList<SystemLine>> Systems(CancellationToken cancellationToken) => systems.List(cancellationToken);

    public Task<PersonView?> Person(string id, CancellationToken cancellationToken) => people.Find(id, cancellationToken);

    public Task<PlanAnswer> Plan(PlanQuestion question, CancellationToken cancellationToken) => plans.Of(question, cancellationToken);

    public Task<IReadOnlyList<TaskLine>> Tasks(string? owner, bool overdue, CancellationToken cancellationToken) => tasks.List(owner, overdue, cancellationToken);

    public Task<Page<NotificationLine>> Notifications(NotificationFilter filter, PageRequest page, CancellationToken cancellationToken) => notifications.List(filter, page, cancellationToken);

    public Task<IReadOnlyList<TroubledReceiver>> TroubledReceivers(CancellationToken cancellationToken) => notifications.Troubled(cancellationToken);

    public Task<Page<EventLine>> Events(string? verdict, PageRequest page, CancellationToken cancellationToken) => events.List(verdict, page, cancellationToken);

    public Task<Page<QuarantinedEvent>> Quarantined(PageRequest page, CancellationToken cancellationToken) => events.Quarantined(page, cancellationToken);

    public Task<EventView?> Event(long inboxId, CancellationToken cancellationToken) => events.Find(inboxId, cancellationToken);

    public Task<QuarantineView?> QuarantinedMessage(long quarantineId, CancellationToken cancellationToken) => events.FindQuarantined(quarantineId, cancellationToken);

    public Task<IReadOnlyList<Act>> Ask(IReadOnlyList<ActRequest> requests, CancellationToken cancellationToken) => acts.Ask(requests, cancellationToken);

    public Task<IReadOnlyList<Act>?> AskOnce(IReadOnlyList<ActRequest> requests, string key, CancellationToken cancellationToken) => acts.AskOnce(requests, key, cancellationToken);

    public Task<IReadOnlyList<Act>> Acts(IReadOnlyList<long> ids, CancellationToken cancellationToken) => acts.Find(ids, cancellationToken);

    public Task<GuardStatus> Guard(CancellationToken cancellationToken) => guard.Status(cancellationToken);

    public Task<Page<HeldPersonLine>> LegalHolds(PageRequest page, CancellationToken cancellationToken) => people.LegalHolds(page, cancellationToken);

    public Task<Page<LayoffLine>> Layoffs(PageRequest page, CancellationToken cancellationToken) => guard.Layoffs(page, cancellationToken);

    public Task<Page<ReplayLine>> Replays(PageRequest page, CancellationToken cancellationToken) => replays.List(page, cancellationToken);

    public Task<ReplayView?> Replay(long id, CancellationToken cancellationToken) => replays.Find(id, cancellationToken);

    public Task<Page<ReplayStepLine>> ReplaySteps(long id, string? state, PageRequest page, CancellationToken cancellationToken) => replays.Steps(id, state, page, cancellationToken);

    public Task<Page<ReconciliationLine>> Reconciliations(ReconciliationFilter filter, PageRequest page, CancellationToken cancellationToken) => reconciliations.List(filter, page, cancellationToken);

    public Task<ReconciliationLine?> Reconciliation(Guid id, CancellationToken cancellationToken) => reconciliations.Find(id, cancellationToken);

    public Task<Page<FindingLine>> Findings(Guid run, string? finding, PageRequest page, CancellationToken cancellationToken) => reconciliations.Findings(run, finding, page, cancellationToken);

    public Task<Page<AuditLineView>> AuditRows(AuditFilter filter, PageRequest page, CancellationToken cancellationToken) => rows.Find(filter, page, cancellationToken);

    public Task<AuditVerification> VerifyAudit(IProgress<long>? progress, CancellationToken cancellationToken) => audit.Verify(progress, cancellationToken);

    public Task<Overview> Overview(CancellationToken cancellationToken) => overview.Read(cancellationToken);

    public Task<IReadOnlyList<AttentionGroup>> Attention(CancellationToken cancellationToken) => attention.Groups(cancellationToken);

    public Task<Page<FailedStepLine>> FailedSteps(FailedStepFilter filter, PageRequest page, CancellationToken cancellationToken) => attention.Steps(filter, page, cancellationToken);

    public Task<Page<PersonLine>> People(string text, PageRequest page, CancellationToken cancellationToken) => search.Find(text, page, cancellationToken);

    public IAsyncEnumerable<LeaverLine> Leavers(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) => leavers.List(from, until, cancellationToken);

    public Task<LeaverSummary> LeaverSummary(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) => leavers.Summary(from, until, cancellationToken);
}
