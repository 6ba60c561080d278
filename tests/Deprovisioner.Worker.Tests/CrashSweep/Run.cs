using System.Globalization;
using System.Text;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;
using Deprovisioner.Storage;
using Deprovisioner.Testing;
using Deprovisioner.Worker.Running;
using Npgsql;

namespace Deprovisioner.Worker.Tests.CrashSweep;

// Theory of operation. One run of a scenario from its first event until nothing is left to do, one thing after the other: what the script says, else the oldest message, else a pass of a loop that finds something,
// else what was slow arrives, else time passes until the next instant that a row names. So two runs are the same, step for step, up to the mishap; and after it only what it brings about is different.
// A process that died is replaced when it is next needed. A message that was not acknowledged comes again before all others.

/// <summary>One run: a database, two processes, a broker, the systems.</summary>
internal sealed class Run : IPublishedEvents, IAsyncDisposable
{
    public const string Events = Transport.HrEventsQueue;
    public const string Reports = Transport.ReportsQueue;

    /// <summary>Far more than any scenario needs: a run that turns in circles ends here.</summary>
    private const int MostMoves = 3000;

    private readonly SweepServer server;
    private readonly Scenario scenario;
    private readonly SweepDatabase at;
    private readonly RunClock clock = new();
    private readonly ScriptedBroker broker;
    private readonly Configuration configuration;
    private readonly List<Exception> errors = [];
    private Orchestrator? orchestrator;
    private ConnectorHost? host;
    private string activity = "";
    private int commits;
    private int lines;
    private TimeSpan slowFor;

    private Run(SweepServer server, Scenario scenario, SweepDatabase at, IReadOnlyList<Disturbance> disturbances)
    {
        (this.server, this.scenario, this.at) = (server, scenario, at);
        Trace = new Trace(disturbances);
        broker = new ScriptedBroker(Trace);
        Systems = new MemorySystems(Trace) { Trouble = Trouble, Finishes = (system, action) => Recorded(system, action, "outcome = 'accepted'") };
        configuration = scenario.Configuration(Systems);
        at.Relay.Asked = Asked;
    }

    public Trace Trace { get; }

    public MemorySystems Systems { get; }

    /// <summary>What was published, by the event's id; twice where it came twice.</summary>
    public List<(string Id, string Event)> Published { get; } = [];

    /// <summary>What went wrong on the way, as the processes met it.</summary>
    public IReadOnlyList<Exception> Errors => errors;

    public NpgsqlDataSource Database => at.Looking;

    public static async Task<Run> New(SweepServer server, Scenario scenario, params IReadOnlyList<Disturbance> disturbances)
    {
        var run = new Run(server, scenario, await server.Take(), disturbances);
        foreach (var system in run.configuration.Systems.Where(s => s.Connector == "memory"))
        {
            run.Systems.Add(system.Name.Value, Scenarios.Mail);
        }

        await new SystemRegistry(run.Database, [], run.clock).TakeUp(run.configuration, default);
        run.clock.Advance(TimeSpan.FromSeconds(1));
        return run;
    }

    public static string Label(ExecuteSteps command) => $"command {command.System} {string.Join(" + ", command.Steps.Select(s => EnumText.Of(s.Action)))}";

    public static string Label(StepsReported reports) => $"report {reports.System} {string.Join(" + ", reports.Reports.Select(r => EnumText.Of(r.Outcome)))}";

    /// <summary>Runs to the end.</summary>
    public async Task<EndState> End()
    {
        for (var moves = 0; moves < MostMoves; moves++)
        {
            if (!await Moves() && !await LocksAreLeft() && !SlowArrives() && !await TimePasses() && !broker.ReleaseLate())
            {
                return lines == scenario.Lines.Count ? await EndState.Of(this) : throw new InvalidOperationException($"It stands still before line {lines} of the script: {scenario.Lines[lines].Once}");
            }
        }

        throw new InvalidOperationException($"It does not end. At last it came to: {string.Join("; ", Trace.Places.TakeLast(8))}. {errors.LastOrDefault()}");
    }

    public Task Publish(string type, int sequence)
        => broker.Send(sender: null, new Message(Events, $"event {type}", Encoding.UTF8.GetBytes(Scenarios.Event(type, sequence))));

    /// <summary>An operator asks for something.</summary>
    /// <param name="step">SQL that finds the one step it is about.</param>
    public async Task Ask(string kind, string? system = null, string? step = null)
    {
        await using var insert = Database.CreateCommand($"""
            insert into operator_acts (kind, system, step_id, evidence, who, why, requested_at)
            select '{kind}', $1, {(step is null ? "null" : $"(select step_id from steps where {step})")}, 'seen', 'operator', 'the sweep', $2
            """);
        insert.Parameters.Add(new NpgsqlParameter { Value = (object?)system ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        insert.Parameters.Add(new NpgsqlParameter { Value = clock.Now });
        await insert.ExecuteNonQueryAsync();
    }

    Task IPublishedEvents.Publish(ReadOnlyMemory<byte> cloudEvent, CancellationToken cancellationToken)
    {
        var told = System.Text.Json.Nodes.JsonNode.Parse(cloudEvent.Span)!;
        var (_, mishap) = Trace.Comes(PlaceKind.Publication, (string)told["type"]!);
        if (mishap is Mishap.PublicationRefused)
        {
            throw new InvalidOperationException("The broker does not take it.");
        }

        Published.Add(((string)told["id"]!, told.ToJsonString()));
        switch (mishap)
        {
            case Mishap.PublicationUnconfirmed:
                throw new InvalidOperationException("The broker does not answer.");
            case Mishap.OrchestratorDiesAfterPublication:
                orchestrator!.Kill();
                throw new OperationCanceledException("The process is dead.");
            default:
                return Task.CompletedTask;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (orchestrator?.DisposeAsync() ?? default);
        await (host?.DisposeAsync() ?? default);
        server.GiveBack(at);
    }

    private async Task<bool> Moves()
    {
        if (lines < scenario.Lines.Count && await Answer($"select {scenario.Lines[lines].Once}"))
        {
            await scenario.Lines[lines++].Do(this);
            return true;
        }

        if (broker.Next() is { } message)
        {
            activity = message.Label;
            await Deliver(message);
            return true;
        }

        foreach (var (name, pass) in (await Orchestrating()).Passes)
        {
            activity = name;
            var before = (commits, broker.Taken, Published.Count);
            var failed = await Fails(pass);
            if (failed || before != (commits, broker.Taken, Published.Count))
            {
                return true;
            }
        }

        return false;
    }

    private async Task Deliver(Message message)
    {
        var mishap = message.AtDelivery;
        message.AtDelivery = null;
        var isCommand = message.Queue is not (Events or Reports);
        ISender receiver = isCommand ? await Hosting() : await Orchestrating();
        if (mishap is Mishap.ReceiverDiesAtReceipt)
        {
            receiver.Kill();
            broker.Back(message);
            return;
        }

        var failed = await Fails(() => isCommand ? host!.Execute(message) : message.Queue == Events ? orchestrator!.Event(message) : orchestrator!.Report(message));
        if (failed || mishap is Mishap.AcknowledgementLost)
        {
            broker.Back(message);
        }
    }

    private async Task<bool> Fails(Func<Task> act)
    {
        try
        {
            await act();
            return false;
        }
        catch (Exception error)
        {
            // Whatever it is: the message comes again, or the loop makes its next pass. Without a mishap there must be none.
            errors.Add(error);
            return true;
        }
    }

    /// <summary>What is slow arrives after some seconds, in which every loop looked again.</summary>
    private bool SlowArrives()
    {
        if (!broker.HasSlow)
        {
            return false;
        }

        if (slowFor == TimeSpan.Zero)
        {
            slowFor = TimeSpan.FromSeconds(3);
            clock.Advance(slowFor);
            return true;
        }

        return broker.ReleaseSlow();
    }

    /// <summary>After a cut the server may still hold what the dead session had locked, and passes skip what is locked. Waits until it has noticed; true where it had to.</summary>
    private async Task<bool> LocksAreLeft()
    {
        const string Sessions = "select exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state in ('active', 'idle in transaction'))";
        if (errors.Count == 0 || !await Answer(Sessions))
        {
            return false;
        }

        await Eventually.True("the sessions that were cut to end", async () => !await Answer(Sessions));
        return true;
    }

    private async Task<bool> TimePasses()
    {
        await using var command = Database.CreateCommand(
            """
            select min(at) from (
                select due_at as at from steps union all select lease_until from steps union all select look_at from persons
                union all select next_deadline_at from sagas union all select gate_until from systems
                union all select task_due_at from steps where status = 'open-task' and not task_overdue_told
                -- The dispatcher looks once a second for what a shut system holds up.
                union all select $1 + interval '1 second' from steps d join systems s using (system)
                where d.status = 'due' and d.due_at <= $1 and not d.deferred and not d.ask_first and (s.paused_at is not null or s.gate_until > $1)) as times
            where at >= $1
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = clock.Now });
        if (await command.ExecuteScalarAsync() is not DateTime next)
        {
            return false;
        }

        clock.Now = new DateTimeOffset(next, TimeSpan.Zero).AddMilliseconds(1);
        return true;
    }

    private async Task<Orchestrator> Orchestrating()
    {
        if (orchestrator is { IsDead: false })
        {
            return orchestrator;
        }

        await (orchestrator?.DisposeAsync() ?? default);
        return orchestrator = new Orchestrator(at, configuration, Scenario.Actions(configuration, Systems), clock, broker, this);
    }

    private async Task<ConnectorHost> Hosting()
    {
        if (host is { IsDead: false })
        {
            return host;
        }

        await (host?.DisposeAsync() ?? default);
        return host = new ConnectorHost(configuration.Systems, Systems, clock, broker);
    }

    private (CommitFate Fate, Action<bool> Done) Asked(string tables)
    {
        var (place, mishap) = Trace.Comes(PlaceKind.Commit, $"{activity}: {tables}");
        place.Matters = false;
        var fate = mishap switch
        {
            Mishap.ConnectionCutBeforeCommit or Mishap.OrchestratorDiesBeforeCommit => CommitFate.CutBefore,
            Mishap.ConnectionCutAfterCommit or Mishap.OrchestratorDiesAfterCommit => CommitFate.CutAfter,
            _ => CommitFate.Passes,
        };
        if (mishap is Mishap.OrchestratorDiesBeforeCommit)
        {
            orchestrator!.Kill();
        }

        return (fate, Done);

        void Done(bool changed)
        {
            place.Matters = changed;
            commits += changed ? 1 : 0;
            if (mishap is Mishap.OrchestratorDiesAfterCommit)
            {
                orchestrator!.Kill();
            }
        }
    }

    private async Task<Fault?> Trouble(string system, StepAction action)
        => (system, action) == scenario.FailsOnce && !await Recorded(system, action, "failures > 0") ? new Fault(Outcome.Transient, "locked", "Somebody else is at it.")
            : (system, action) == scenario.FinishesLater ? new Fault(Outcome.Accepted, "queued", "It will be done.")
            : null;

    private Task<bool> Recorded(string system, StepAction action, string what)
        => Answer(string.Create(CultureInfo.InvariantCulture, $"select exists (select from steps where system = '{system}' and action = '{EnumText.Of(action)}' and {what})"));

    private async Task<bool> Answer(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
