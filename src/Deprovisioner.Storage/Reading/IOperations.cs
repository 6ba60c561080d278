using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Auditing;

namespace Deprovisioner.Storage.Reading;

/// <summary>
/// What people look at and ask for, whoever carries it: the database itself, or a console over HTTP. The command line, the REST API and the console's pages see the installation through this and nothing else, so they cannot say different things.
/// All that goes in and comes out are plain records, which are the same behind JSON (web defaults).
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

    /// <summary>What an event would bring about, by the configuration in force. Nothing is done.</summary>
    Task<PlanAnswer> Plan(PlanQuestion question, CancellationToken cancellationToken);

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

    /// <summary>One accepted event with what came; null: there is none.</summary>
    Task<EventView?> Event(long inboxId, CancellationToken cancellationToken);

    /// <summary>One message in quarantine with what came; null: there is none.</summary>
    Task<QuarantineView?> QuarantinedMessage(long quarantineId, CancellationToken cancellationToken);

    /// <summary>Asks orchestrators for these, all of them or none. They are carried out one after the other, in this order, once an orchestrator takes them: see <see cref="Acts"/>.</summary>
    /// <returns>The same with their numbers, in the same order.</returns>
    Task<IReadOnlyList<Act>> Ask(IReadOnlyList<ActRequest> requests, CancellationToken cancellationToken);

    /// <summary>The same, which may be sent again when no answer came (draft-ietf-httpapi-idempotency-key-header): it is carried out once.</summary>
    /// <param name="requests">At least one; all of the same person.</param>
    /// <param name="key">What the person calls it; 1 to 255 characters.</param>
    /// <returns>Null: the same person has used the key for something else, and nothing was asked.</returns>
    Task<IReadOnlyList<Act>?> AskOnce(IReadOnlyList<ActRequest> requests, string key, CancellationToken cancellationToken);

    /// <summary>What became of requests, by their numbers and in that order; those that there are not are left out.</summary>
    Task<IReadOnlyList<Act>> Acts(IReadOnlyList<long> ids, CancellationToken cancellationToken);

    /// <summary>People under a legal hold, by their ids.</summary>
    Task<Page<HeldPersonLine>> LegalHolds(PageRequest page, CancellationToken cancellationToken);

    /// <summary>The guard against mass terminations as it stands.</summary>
    Task<GuardStatus> Guard(CancellationToken cancellationToken);

    /// <summary>Announced layoffs, the newest first.</summary>
    Task<Page<LayoffLine>> Layoffs(PageRequest page, CancellationToken cancellationToken);

    /// <summary>Replays, the newest first.</summary>
    Task<Page<ReplayLine>> Replays(PageRequest page, CancellationToken cancellationToken);

    /// <summary>One replay; null: there is none.</summary>
    Task<ReplayView?> Replay(long id, CancellationToken cancellationToken);

    /// <summary>The steps of a replay, in their order.</summary>
    /// <param name="state">One of those of <see cref="ReplayStepView"/>; null: whatever it is.</param>
    Task<Page<ReplayStepLine>> ReplaySteps(long id, string? state, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Reconciliations, the newest first.</summary>
    Task<Page<ReconciliationLine>> Reconciliations(ReconciliationFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One reconciliation; null: there is none.</summary>
    Task<ReconciliationLine?> Reconciliation(Guid id, CancellationToken cancellationToken);

    /// <summary>What a reconciliation found, by account.</summary>
    /// <param name="finding">One of those of <see cref="FindingLine"/>; null: whatever it is.</param>
    Task<Page<FindingLine>> Findings(Guid run, string? finding, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Rows of the audit, in the order of their times.</summary>
    Task<Page<AuditLineView>> AuditRows(AuditFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Recomputes the whole audit: see <see cref="AuditReader.Verify"/>. Takes as long as reading all of it does.</summary>
    /// <param name="progress">Told the number of rows, now and then.</param>
    Task<AuditVerification> VerifyAudit(IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>The installation at a glance.</summary>
    Task<Overview> Overview(CancellationToken cancellationToken);

    /// <summary>Failed steps by what seems to be the cause, the most first.</summary>
    Task<IReadOnlyList<AttentionGroup>> Attention(CancellationToken cancellationToken);

    /// <summary>Failed steps, those that failed last first. Of cancelled sagas none.</summary>
    Task<Page<FailedStepLine>> FailedSteps(FailedStepFilter filter, PageRequest page, CancellationToken cancellationToken);

    /// <summary>People whose id, user name, address or family name begins so, whatever its case; in this order.</summary>
    /// <param name="text">Empty: everybody, by id.</param>
    Task<Page<PersonLine>> People(string text, PageRequest page, CancellationToken cancellationToken);

    /// <summary>Leavers whose access ended in a period, in that order: as many as there are, so they come one by one.</summary>
    /// <param name="from">Then or later, UTC.</param>
    /// <param name="until">Before then, UTC.</param>
    IAsyncEnumerable<LeaverLine> Leavers(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The same leavers together.</summary>
    Task<LeaverSummary> LeaverSummary(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken);
}
