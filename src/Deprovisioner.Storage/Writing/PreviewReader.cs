using System.Data;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Previewing;
using Npgsql;

namespace Deprovisioner.Storage.Writing;

// Theory of operation. What is read is what the writer would load, by the writer's own statements, so that a preview and the deed cannot disagree about what they saw. But from one snapshot in a
// read-only transaction: nobody waits for whoever only asks, and who asks needs no right to change anything.

/// <summary>Reads what a decision about an event would depend on.</summary>
public sealed class PreviewReader(NpgsqlDataSource database, TimeProvider clock)
{
    /// <param name="hr">The event; of several about one person, the one that may end the access.</param>
    public async Task<PreviewFacts> Read(HrEvent hr, Configuration configuration, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        using (var setting = new SqlBatch(connection, transaction))
        {
            setting.Add("set transaction read only");
            await setting.Execute(cancellationToken);
        }

        var work = new Work(clock.GetUtcNow());
        await new WorkLoader(connection, transaction, work, isPreview: true).Load([new Fact.EventArrived(hr, ReadOnlyMemory<byte>.Empty, work.Now, null)], configuration, cancellationToken);
        var facts = EventFacts.Of(work, hr);
        var managers = new Dictionary<PersonId, PersonAttributes>();
        var shared = new List<string>();
        string? inForce = null;
        using var batch = new SqlBatch(connection, transaction);
        batch.Add("select person_id, email, user_name, given_name, family_name from persons where person_id = any($1)", Sql.Texts(ManagersOf(facts)));

        // As the commands to the hosts say it (StepClaims).
        batch.Add(
            """
            select distinct case when lower(o.email) = lower($2) then 'person.email' end, case when lower(o.user_name) = lower($3) then 'person.userName' end
            from persons o join employments a using (person_id)
            where o.person_id <> $1 and (lower(o.email) = lower($2) or lower(o.user_name) = lower($3)) and (a.ends_at is null or a.ends_at > $4)
            """,
            Sql.Text(hr.PersonId.Value), Sql.Text((hr.Person ?? facts.Person?.Attributes)?.Email), Sql.Text((hr.Person ?? facts.Person?.Attributes)?.UserName), Sql.Time(work.Now));
        batch.Add("select version from configurations order by taken_up_at desc, version limit 1");
        await batch.Read(
            [
                row => managers[new PersonId(row.GetString(0))] = new PersonAttributes(row.Text(1), row.Text(2), row.Text(3), row.Text(4)),
                row => shared.AddRange(new[] { row.Text(0), row.Text(1) }.OfType<string>()),
                row => inForce = row.GetString(0),
            ],
            cancellationToken);
        return new PreviewFacts(facts, work.Guard, managers, work.Inbox.ContainsKey((hr.Source, hr.Id))) { SharedFacts = shared, ConfigurationInForce = inForce };
    }

    private static IEnumerable<string> ManagersOf(IntakeFacts facts)
        => (facts.Person?.Employments ?? []).Select(e => e.Assignment?.ManagerId).Append(facts.Event.Assignment?.ManagerId).OfType<PersonId>().Select(id => id.Value).Distinct();
}
