using Deprovisioner.Core.Intake;
using Deprovisioner.Storage.Telemetry;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

// Theory of operation. One transaction: lock and load what the facts touch, decide in memory with the pure core, save everything with a handful of set-based
// statements. Locks are always taken in the same order (persons, sagas, systems, steps, probes, reconciliations, checks of systems, the guard, the installation's audit head), each kind sorted by its key, so two writers wait
// for each other but do not deadlock. What is shared and cannot be locked before it exists (known accounts, quarantine) is inserted sorted. Foreign keys lock too: see the loader. The dispatcher locks systems and then steps, and skips what is locked.
// The guard's one row is locked only where somebody may lose access, after everything that the decision depends on and before it is made, and is held until the commit: so two
// replicas cannot both let the last one pass. Whoever holds it locks nothing afterwards but the audit head, and rows that it inserts sorted.
// A replay's row is locked before all of these; see ReplayLoader. Its items are changed only behind it.
// A second replica that handles the same event waits on the person's row, and then finds the event in the inbox.

/// <summary>Applies facts, all or none.</summary>
public sealed class FactTransaction(NpgsqlDataSource database, Func<EventIntake> intake, TimeProvider clock)
{
    /// <summary>Applies them.</summary>
    public async Task<AppliedFacts> Apply(IReadOnlyList<Fact> facts, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await Apply(connection, facts, cancellationToken);
        }
        catch (PostgresException error) when (ReadOnlyServer.Answered(error))
        {
            database.Clear();
            throw;
        }
    }

    private async Task<AppliedFacts> Apply(NpgsqlConnection connection, IReadOnlyList<Fact> facts, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = ToMicroseconds(clock.GetUtcNow());
        var work = new Work(now);
        var events = intake();
        await new WorkLoader(connection, transaction, work).Load(facts, events.Configuration, cancellationToken);
        var decisions = new FactDecisions(work, events);
        var answers = new FactAnswer[facts.Count];
        foreach (var i in InOrder(facts))
        {
            answers[i] = decisions.Decide(facts[i]);
        }

        await new WorkSaver(connection, transaction, work, events.Configuration.Drift).Save(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        CommittedWork.Count(work);
        return new AppliedFacts(answers, OnlyMadeRoom: facts.All(f => f is Fact.Reported) && !work.MayHaveMadeDue);
    }

    /// <summary>Events that piled up are decided in the order in which they happened: they may have overtaken each other on the way here.</summary>
    private static IEnumerable<int> InOrder(IReadOnlyList<Fact> facts)
        => Enumerable.Range(0, facts.Count).OrderBy(i => (facts[i] as Fact.EventArrived)?.Event.Time ?? DateTimeOffset.MinValue);

    /// <summary>PostgreSQL keeps microseconds: a finer time would differ from itself once stored.</summary>
    private static DateTimeOffset ToMicroseconds(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}

/// <summary>What became of facts.</summary>
/// <param name="Answers">One for each, in order.</param>
/// <param name="OnlyMadeRoom">All of them were reports, and nothing became due by them.</param>
public sealed record AppliedFacts(IReadOnlyList<FactAnswer> Answers, bool OnlyMadeRoom);
