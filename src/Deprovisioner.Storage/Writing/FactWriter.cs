using System.Net.Sockets;
using System.Threading.Channels;
using Deprovisioner.Storage.Dispatching;
using Deprovisioner.Storage.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

// Theory of operation. Consumers hand in facts and wait; one loop takes what has piled up, commits it with all its consequences in one transaction, and only
// then lets the consumers go on to acknowledge. There is no lingering: an idle system commits a single fact at once, a busy one hundreds together.
// - A redelivered fact changes nothing (unique keys, and the core refuses late reports as values), so a commit whose answer was lost is safe to repeat.
// - While the database is away the batch is tried again and again: nothing is acknowledged, the broker keeps the rest, and the channel's bound holds memory.
// - A batch that fails for another reason is retried by halves, so that one bad fact harms no neighbour.
// - New ordinary events wait in a lane of their own, and only a few go into each transaction, since each brings a whole plan: so what was begun goes on, and what is urgent begins, while a layoff is taken in. How few follows from
//   how long transactions take (a plan may have five steps or five hundred), and beside an urgent event there are none. (A second loop for them was tried: its longer transactions hold the head of the audit, and everybody
//   waited for them.)
// - A unique key that another replica took at the same moment (one event id under two persons, whose locks differ) is seen by the next try, so there is one before anything is refused.

/// <summary>The one place from which facts reach the database.</summary>
public sealed class FactWriter(FactTransaction transaction, DispatchSignal signal, ILogger<FactWriter> log, TimeProvider clock)
{
    /// <summary>More facts than this are not gathered into one transaction: its locks would be held too long.</summary>
    private const int MostInABatch = 256;

    /// <summary>Ordinary events among them, while transactions are short: there is always room for both kinds.</summary>
    private const int MostOrdinaryInABatch = 32;

    /// <summary>And while they are long: they must go on.</summary>
    private const int FewestOrdinaryInABatch = 8;

    /// <summary>How many facts of either kind may wait; beyond it consumers wait, and with them the broker.</summary>
    private const int MostWaiting = 1024;

    private static readonly HashSet<string> Passing =
    [
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.DiskFull, PostgresErrorCodes.ReadOnlySqlTransaction,
        PostgresErrorCodes.InvalidAuthorizationSpecification, PostgresErrorCodes.InvalidPassword, PostgresErrorCodes.InsufficientPrivilege, PostgresErrorCodes.InvalidCatalogName,
        PostgresErrorCodes.UndefinedTable,
    ];

    /// <summary>An urgent person waits for four transactions, one after the other: above this, fewer ordinary events go into the next one; below half of it, more.</summary>
    private static readonly TimeSpan LongTransaction = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Channel<Waiting> first = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Channel<Waiting> ordinary = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private int mostOrdinary = MostOrdinaryInABatch;

    /// <summary>Waits until the fact and its consequences are committed.</summary>
    /// <exception cref="FactRefusedException">The database refuses this one fact, whatever its neighbours.</exception>
    public async Task<FactAnswer> Commit(Fact fact, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(fact, new TaskCompletionSource<FactAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
        await (fact is Fact.EventArrived { Event.Urgent: false } or Fact.InvalidArrived ? ordinary : first).Writer.WriteAsync(waiting, cancellationToken);
        StorageTelemetry.FactsWait(1);
        return await waiting.Answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Writes until told to stop; what waits then is not answered, and so not acknowledged.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        var batch = new List<Waiting>(MostInABatch);
        var (anyFirst, anyOrdinary) = (Any(first), Any(ordinary));
        while (true)
        {
            await await Task.WhenAny(anyFirst, anyOrdinary);
            Take(first, MostInABatch - mostOrdinary);
            if (!batch.Exists(waiting => waiting.Fact is Fact.EventArrived { Event.Urgent: true }))
            {
                Take(ordinary, batch.Count + mostOrdinary);
            }

            (anyFirst, anyOrdinary) = (anyFirst.IsCompleted ? Any(first) : anyFirst, anyOrdinary.IsCompleted ? Any(ordinary) : anyOrdinary);
            if (batch.Count > 0)
            {
                StorageTelemetry.FactsWait(-batch.Count);
                await Write(batch, cancellationToken);
                batch.Clear();
            }
        }

        Task<bool> Any(Channel<Waiting> lane) => lane.Reader.WaitToReadAsync(cancellationToken).AsTask();

        void Take(Channel<Waiting> lane, int most)
        {
            while (batch.Count < most && lane.Reader.TryRead(out var waiting))
            {
                batch.Add(waiting);
            }
        }
    }

    private async Task Write(IReadOnlyList<Waiting> batch, CancellationToken cancellationToken)
    {
        var collided = false;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var begun = clock.GetTimestamp();
                var applied = await transaction.Apply([.. batch.Select(w => w.Fact)], cancellationToken);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Answer.TrySetResult(applied.Answers[i]);
                }

                signal.Committed(applied.OnlyMadeRoom);
                var took = clock.GetElapsedTime(begun);
                StorageTelemetry.Committed(batch.Count, took);
                mostOrdinary = took > LongTransaction ? Math.Max(mostOrdinary - (mostOrdinary / 4), FewestOrdinaryInABatch)
                    : took < LongTransaction / 2 ? Math.Min(mostOrdinary + 4, MostOrdinaryInABatch)
                    : mostOrdinary;
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && IsPassing(error))
            {
                StorageTelemetry.NotCommitted(StorageTelemetry.DatabaseAway);
                log.LogWarning("The database is not there ({Error}); {Facts} facts wait and are tried again in {Pause}.", error.Message, batch.Count, pause);
                await Task.Delay(pause, clock, cancellationToken);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation && !collided)
            {
                collided = true;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                await Split(batch, error, cancellationToken);
                return;
            }
        }
    }

    private async Task Split(IReadOnlyList<Waiting> batch, Exception error, CancellationToken cancellationToken)
    {
        if (batch.Count == 1)
        {
            StorageTelemetry.NotCommitted(StorageTelemetry.FactRefused);
            log.LogError(error, "A fact cannot be recorded: {Fact}.", batch[0].Fact.GetType().Name);
            batch[0].Answer.TrySetException(new FactRefusedException(error));
            return;
        }

        var half = batch.Count / 2;
        await Write([.. batch.Take(half)], cancellationToken);
        await Write([.. batch.Skip(half)], cancellationToken);
    }

    /// <summary>
    /// Whether waiting helps: connection lost, server starting or stopping, deadlock, serialization (Npgsql judges by SQLSTATE), a full disk; and what concerns every fact alike until somebody
    /// sees to it: a fail-over to a server that is still read-only, a password, right, database or table that is not there now.
    /// </summary>
    private static bool IsPassing(Exception error)
        => error is OperationCanceledException // Not ours: the driver's own, for a connection that broke while it waited.
            || error is NpgsqlException { IsTransient: true }
            || error is NpgsqlException { InnerException: IOException or TimeoutException or SocketException }
            || (error is PostgresException { SqlState: var state } && Passing.Contains(state));

    private sealed record Waiting(Fact Fact, TaskCompletionSource<FactAnswer> Answer);
}

/// <summary>The database refuses one fact, whatever its neighbours.</summary>
public sealed class FactRefusedException(Exception inner) : Exception("The fact cannot be recorded: " + inner.Message, inner);
