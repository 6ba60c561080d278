using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>What the loops of an orchestrator do, one loop each.</summary>
public enum AheadKind
{
    /// <summary>Steps and questions about steps that are due, or whose lease runs out.</summary>
    Steps,

    /// <summary>What people asked for.</summary>
    Requests,

    /// <summary>HR events that came by HTTP.</summary>
    Ingress,

    /// <summary>Events out.</summary>
    EventsOut,

    /// <summary>Stages whose deadline passes.</summary>
    Deadlines,

    /// <summary>Manual tasks that are late.</summary>
    Tasks,

    /// <summary>People who must be looked at though no event comes.</summary>
    People,

    /// <summary>Accounts of people who left: to be read again, or found alive.</summary>
    Drift,

    /// <summary>Replays that somebody must carry on.</summary>
    Replays,

    /// <summary>Lists of accounts that have a page to ask for.</summary>
    Reconciliations,

    /// <summary>Events out of which nobody has decided yet whom they concern.</summary>
    Notices,

    /// <summary>Webhooks and mails that are due.</summary>
    Deliveries,

    /// <summary>Systems that a host is asked to look at.</summary>
    Checks,
}

/// <summary>Which of the work is done here: what the configuration in force asks for.</summary>
/// <param name="LooksForDrift">False: accounts of people who left are not read again, whatever is planned.</param>
/// <param name="Receivers">Names of those who are told by webhook or mail: what waits for others is not sent.</param>
/// <param name="Version">The configuration's.</param>
public sealed record AheadScope(bool LooksForDrift, IReadOnlyList<string> Receivers, string Version);

// Theory of operation. One statement answers for every loop when its next work is due: so an orchestrator that has nothing to do asks one question now and then, and not each loop its own. Whoever is due is
// woken and looks for itself; this statement decides nothing, and a time that it gives too early costs a look. A time that it gives too late would cost that delay, so each sub-select reads what its loop reads,
// by the same partial index: the earliest entry, whatever the size of the table ("order by … limit 1" and not "min", for which the planner reads the whole index where it believes that there is next to nothing in it).

/// <summary>When the next work of each kind is due.</summary>
public sealed class WorkAhead(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Of systems and not of steps first: the indexes are by system, and the earliest of each is one entry.</summary>
    private const string Select =
        """
        select
            (select min(e.at) from systems y cross join lateral (values
                ((select due_at from steps where system = y.system and status = 'due' order by due_at limit 1)),
                ((select lease_until from steps where system = y.system and status = 'in-flight' order by lease_until limit 1)),
                ((select due_at from probes where system = y.system and status = 'due' order by due_at limit 1)),
                ((select lease_until from probes where system = y.system and status = 'in-flight' order by lease_until limit 1))) as e(at)),
            case when exists (select from operator_acts where status = 'requested') then $1 end,
            case when exists (select from ingress_events) then $1 end,
            case when exists (select from outbox where published_at is null) then $1 end,
            (select next_deadline_at from sagas where next_deadline_at is not null order by next_deadline_at limit 1),
            (select task_due_at from steps where status = 'open-task' and not task_overdue_told order by task_due_at limit 1),
            (select look_at from persons where look_at is not null order by look_at limit 1),
            least(
                case when $2 then (select next_at from drift_watches where next_at is not null order by next_at limit 1) end,
                case when exists (select from probes where purpose = 'drift' and status = 'answered' and outcome = 'observed' and read_at is null) then $1 end),
            case when exists (select from replay_jobs where status in ('previewing', 'running') or sent > 0) then $1 end,
            (select ask_at from reconciliations where status = 'running' order by ask_at limit 1),
            case when exists (select from notification_queue) then $1 end,
            (select min(greatest(e.next_at, r.quiet_until)) from unnest($3) as c(receiver) left join notification_receivers r using (receiver) cross join lateral (
                select next_at from notification_deliveries where receiver = c.receiver and status = 'waiting' order by next_at limit 1) as e
                where r.gone_version is distinct from $4),
            (select ask_at from system_checks where status = 'asked' order by ask_at limit 1)
        """;

    /// <summary>Times that have passed mean now; a kind that is not named has nothing to come.</summary>
    public async Task<IReadOnlyDictionary<AheadKind, DateTimeOffset>> Next(AheadScope scope, CancellationToken cancellationToken)
    {
        var next = new Dictionary<AheadKind, DateTimeOffset>();
        await using var command = database.CreateCommand(Select);
        command.Parameters.Add(Sql.Time(clock.GetUtcNow()));
        command.Parameters.Add(Sql.Boolean(scope.LooksForDrift));
        command.Parameters.Add(Sql.Texts(scope.Receivers));
        command.Parameters.Add(Sql.Text(scope.Version));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        foreach (var kind in Enum.GetValues<AheadKind>())
        {
            if (reader.TimeOrNull((int)kind) is { } at)
            {
                next[kind] = at;
            }
        }

        return next;
    }
}
