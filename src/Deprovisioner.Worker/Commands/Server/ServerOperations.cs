using System.Globalization;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Auditing;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands.Server;

/// <summary>The installation as a console tells of it.</summary>
internal sealed class ServerOperations(ServerCalls calls) : IOperations
{
    public Task<Page<SagaLine>> Sagas(SagaFilter filter, PageRequest page, CancellationToken cancellationToken)
        => calls.Get<Page<SagaLine>>(Address.Of("sagas", page,
            ("status", filter.Status), ("kind", filter.Kind), ("person", filter.Person), ("policy", filter.Policy), ("system", filter.System), ("urgent", filter.Urgent), ("late", filter.Late),
            ("plannedFrom", filter.PlannedFrom), ("plannedBefore", filter.PlannedBefore), ("deadlineBefore", filter.DeadlineBefore)), cancellationToken);

    public Task<SagaView?> Saga(Guid id, CancellationToken cancellationToken) => calls.Find<SagaView>($"sagas/{id}", cancellationToken);

    public async Task<IReadOnlyList<HeldItem>> Holds(string? reason, CancellationToken cancellationToken) => await calls.Get<List<HeldItem>>(Address.Of("holds", ("reason", reason)), cancellationToken);

    public async Task<IReadOnlyList<SystemLine>> Systems(CancellationToken cancellationToken) => await calls.Get<List<SystemLine>>("systems", cancellationToken);

    public Task<PersonView?> Person(string id, CancellationToken cancellationToken) => calls.Find<PersonView>($"people/{Uri.EscapeDataString(id)}", cancellationToken);

    public Task<PlanAnswer> Plan(PlanQuestion question, CancellationToken cancellationToken)
        => calls.Get<PlanAnswer>(Address.Of(
            $"people/{Uri.EscapeDataString(question.Person)}/plan",
            ("event", question.Event), ("employment", question.Employment), ("reason", question.Reason), ("lastDay", question.LastDay), ("effectiveAt", question.EffectiveAt), ("urgent", question.Urgent),
            ("department", question.Department), ("title", question.Title), ("location", question.Location), ("workerType", question.WorkerType), ("manager", question.Manager),
            ("email", question.Email), ("userName", question.UserName), ("source", question.Source)), cancellationToken);

    public async Task<IReadOnlyList<TaskLine>> Tasks(string? owner, bool overdue, CancellationToken cancellationToken)
        => await calls.Get<List<TaskLine>>(Address.Of("tasks", ("owner", owner), ("overdue", overdue)), cancellationToken);

    public Task<Page<NotificationLine>> Notifications(NotificationFilter filter, PageRequest page, CancellationToken cancellationToken)
        => calls.Get<Page<NotificationLine>>(Address.Of("notifications", page, ("receiver", filter.Receiver), ("status", filter.Status)), cancellationToken);

    public async Task<IReadOnlyList<TroubledReceiver>> TroubledReceivers(CancellationToken cancellationToken) => await calls.Get<List<TroubledReceiver>>("notifications/troubled-receivers", cancellationToken);

    public Task<Page<EventLine>> Events(string? verdict, PageRequest page, CancellationToken cancellationToken) => calls.Get<Page<EventLine>>(Address.Of("events", page, ("verdict", verdict)), cancellationToken);

    public Task<Page<QuarantinedEvent>> Quarantined(PageRequest page, CancellationToken cancellationToken) => calls.Get<Page<QuarantinedEvent>>(Address.Of("events/quarantine", page), cancellationToken);

    public Task<EventView?> Event(long inboxId, CancellationToken cancellationToken) => calls.Find<EventView>($"events/{inboxId}", cancellationToken);

    public Task<QuarantineView?> QuarantinedMessage(long quarantineId, CancellationToken cancellationToken) => calls.Find<QuarantineView>($"events/quarantine/{quarantineId}", cancellationToken);

    public async Task<IReadOnlyList<Act>> Ask(IReadOnlyList<ActRequest> requests, CancellationToken cancellationToken)
        => await AskOnce(requests, Guid.NewGuid().ToString(), cancellationToken) ?? throw new ServerException("A key that nobody else has was used before.");

    /// <summary>One request for each act: unlike in a database, some may be asked for and others not, if the console goes away meanwhile.</summary>
    public async Task<IReadOnlyList<Act>?> AskOnce(IReadOnlyList<ActRequest> requests, string key, CancellationToken cancellationToken)
    {
        var acts = new List<Act>();
        foreach (var (number, request) in requests.Index())
        {
            var (path, body) = ActAddress.Of(request);
            if (await calls.Post(path, body, $"{key}-{number}", cancellationToken) is not { } asked)
            {
                return null;
            }

            acts.AddRange(asked);
        }

        return acts;
    }

    public async Task<IReadOnlyList<Act>> Acts(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var acts = new List<Act>();
        foreach (var some in ids.Chunk(Address.MostIds))
        {
            acts.AddRange(await calls.Get<List<Act>>(Address.Of("acts", [.. some.Select(id => ("id", (object?)id))]), cancellationToken));
        }

        return acts;
    }

    public Task<Page<HeldPersonLine>> LegalHolds(PageRequest page, CancellationToken cancellationToken) => calls.Get<Page<HeldPersonLine>>(Address.Of("holds/legal", page), cancellationToken);

    public Task<GuardStatus> Guard(CancellationToken cancellationToken) => calls.Get<GuardStatus>("guard", cancellationToken);

    public Task<Page<LayoffLine>> Layoffs(PageRequest page, CancellationToken cancellationToken) => calls.Get<Page<LayoffLine>>(Address.Of("guard/layoffs", page), cancellationToken);

    public Task<Page<ReplayLine>> Replays(PageRequest page, CancellationToken cancellationToken) => calls.Get<Page<ReplayLine>>(Address.Of("replays", page), cancellationToken);

    public Task<ReplayView?> Replay(long id, CancellationToken cancellationToken) => calls.Find<ReplayView>($"replays/{id}", cancellationToken);

    public Task<Page<ReplayStepLine>> ReplaySteps(long id, string? state, PageRequest page, CancellationToken cancellationToken)
        => calls.Get<Page<ReplayStepLine>>(Address.Of($"replays/{id}/steps", page, ("state", state)), cancellationToken);

    public Task<Page<ReconciliationLine>> Reconciliations(ReconciliationFilter filter, PageRequest page, CancellationToken cancellationToken)
        => calls.Get<Page<ReconciliationLine>>(Address.Of("reconciliations", page, [("system", filter.System), .. (filter.Acts ?? []).Select(id => ("act", (object?)id))]), cancellationToken);

    public Task<ReconciliationLine?> Reconciliation(Guid id, CancellationToken cancellationToken) => calls.Find<ReconciliationLine>($"reconciliations/{id}", cancellationToken);

    public Task<Page<FindingLine>> Findings(Guid run, string? finding, PageRequest page, CancellationToken cancellationToken)
        => calls.Get<Page<FindingLine>>(Address.Of($"reconciliations/{run}/findings", page, ("finding", finding)), cancellationToken);

    public Task<Page<AuditLineView>> AuditRows(AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
        => calls.Get<Page<AuditLineView>>(Address.Of("audit", page,
            ("stream", filter.Stream), ("person", filter.Person), ("type", filter.Type), ("from", filter.From), ("until", filter.Until), ("oldestFirst", filter.OldestFirst)), cancellationToken);

    /// <summary>The console tells nothing while it reads.</summary>
    public Task<AuditVerification> VerifyAudit(IProgress<long>? progress, CancellationToken cancellationToken) => calls.Get<AuditVerification>("audit/verification", cancellationToken);

    public Task<Overview> Overview(CancellationToken cancellationToken) => calls.Get<Overview>("overview", cancellationToken);

    public async Task<IReadOnlyList<AttentionGroup>> Attention(CancellationToken cancellationToken) => await calls.Get<List<AttentionGroup>>("attention", cancellationToken);

    public Task<Page<FailedStepLine>> FailedSteps(FailedStepFilter filter, PageRequest page, CancellationToken cancellationToken)
        => calls.Get<Page<FailedStepLine>>(Address.Of("steps/failed", page, ("system", filter.System), ("action", filter.Action), ("code", filter.Code), ("person", filter.Person)), cancellationToken);

    public Task<Page<PersonLine>> People(string text, PageRequest page, CancellationToken cancellationToken) => calls.Get<Page<PersonLine>>(Address.Of("people", page, ("search", text)), cancellationToken);

    public IAsyncEnumerable<LeaverLine> Leavers(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
        => calls.Stream<LeaverLine>(Address.Of("reports/leavers", ("from", Day(from)), ("until", Day(until.AddDays(-1)))), cancellationToken);

    public Task<LeaverSummary> LeaverSummary(DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
        => calls.Get<LeaverSummary>(Address.Of("reports/leavers/summary", ("from", Day(from)), ("until", Day(until.AddDays(-1)))), cancellationToken);

    /// <summary>The API takes whole days, and so does every command that asks here.</summary>
    private static string Day(DateTimeOffset midnight) => midnight.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
