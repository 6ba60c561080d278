using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

/// <summary>What failed and waits for a repair. Of cancelled sagas nothing does.</summary>
internal sealed class AttentionReading(NpgsqlDataSource database)
{
    /// <summary>Whoever has more causes than this begins with the largest.</summary>
    private const int MostGroups = 500;

    private const string Failed = "s.status = 'failed' and (select g.status from sagas g where g.saga_id = s.saga_id) <> 'cancelled'";

    private const string Code = "coalesce(s.code, s.outcome, 'unknown')";

    /// <summary>The largest first.</summary>
    public Task<IReadOnlyList<AttentionGroup>> Groups(CancellationToken cancellationToken)
        => database.Rows(
            $"""
            select s.system, s.action, {Code}, count(*), min(s.settled_at), max(s.settled_at), (array_agg(s.message order by s.settled_at desc))[1], (array_agg(s.saga_id order by s.settled_at desc))[1:5]
            from steps s where {Failed} group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit $1
            """,
            row => new AttentionGroup(row.GetString(0), row.GetString(1), row.GetString(2), (int)row.GetInt64(3), row.Time(4), row.Time(5), row.Text(6), [.. row.GetFieldValue<Guid[]>(7).Distinct()]),
            cancellationToken, Sql.Int(MostGroups));

    /// <summary>Those that failed last first.</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<FailedStepLine>> Steps(FailedStepFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var wanted = new SqlConditions();
        if (filter.System is { } system)
        {
            wanted.Where("s.system =", Sql.Text(system));
        }

        if (filter.Action is { } action)
        {
            wanted.Where("s.action =", Sql.Text(action));
        }

        if (filter.Code is { } code)
        {
            wanted.Where($"{Code} =", Sql.Text(code));
        }

        if (filter.Person is { } person)
        {
            wanted.Where("(select g.person_id from sagas g where g.saga_id = s.saga_id) =", Sql.Text(person));
        }

        if (page.After is { } place)
        {
            var (at, step) = PlaceInList.TimeAndId(place);
            wanted.Where("(s.settled_at, s.step_id) <", Sql.Time(at), Sql.Uuid(step));
        }

        var found = await database.Rows(
            $"""
            select s.step_id, s.saga_id, g.person_id, g.kind, g.policy, g.urgent, s.system, s.action, s.outcome, {Code}, s.message, s.sends, s.settled_at
            from (select * from steps s where {Failed} and {wanted.Text} order by settled_at desc, step_id desc limit {wanted.Add(Sql.Int(page.Size + 1))}) s
                cross join lateral (select person_id, kind, policy, urgent from sagas where saga_id = s.saga_id offset 0) g
            order by s.settled_at desc, s.step_id desc
            """,
            row => new FailedStepLine(
                row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetBoolean(5), row.GetString(6), row.GetString(7), row.Text(8), row.GetString(9), row.Text(10), row.GetInt32(11),
                row.Time(12)),
            cancellationToken, wanted.Parameters);
        return Page<FailedStepLine>.Of([.. found], page, last => PlaceInList.Of(last.FailedAt, last.StepId));
    }
}
