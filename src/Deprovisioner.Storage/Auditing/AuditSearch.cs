using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Deprovisioner.Storage.Reading;
using Deprovisioner.Storage.Writing;
using Npgsql;

namespace Deprovisioner.Storage.Auditing;

// Theory of operation. Rows are in the order of their times, and those of one time in that of their streams and numbers; of one stream alone its numbers are the order, which its key gives. A person's rows are few: they are
// fetched by the keys of their sagas before they are sorted, behind a fence, since the planner would else go through the times of everybody.

/// <summary>Finds rows of the audit.</summary>
internal sealed class AuditSearch(NpgsqlDataSource database)
{
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<AuditLineView>> Find(AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var statement = new SqlConditions();
        var (before, direction) = filter.OldestFirst ? (">", "") : ("<", " desc");
        if (filter.Type is { } type)
        {
            statement.Where("type =", Sql.Text(type));
        }

        if (filter.From is { } from)
        {
            statement.Where("at >=", Sql.Time(from));
        }

        if (filter.Until is { } until)
        {
            statement.Where("at <", Sql.Time(until));
        }

        if (page.After is { } place)
        {
            var (at, stream, sequence) = PlaceInList.TimeIdAndNumber(place);
            if (filter.Stream is null)
            {
                statement.Where($"(at, stream, seq) {before}", Sql.Time(at), Sql.Uuid(stream), Sql.Big(sequence));
            }
            else
            {
                statement.Where($"seq {before}", Sql.Big(sequence));
            }
        }

        var rows = filter.Person is { } person ? $"(select * from audit where stream = any(array(select saga_id from sagas where person_id = {statement.Add(Sql.Text(person))})) offset 0) x" : "audit";
        if (filter.Stream is { } only)
        {
            statement.Where("stream =", Sql.Uuid(only));
        }

        var order = filter.Stream is null ? $"at{direction}, stream{direction}, seq{direction}" : $"seq{direction}";
        var found = await database.Rows(
            $"{AuditEvidence.SelectFrom($"(select * from {rows} where {statement.Text} order by {order} limit {statement.Add(Sql.Int(page.Size + 1))})")} order by {order}",
            Line, cancellationToken, statement.Parameters);
        return Page<AuditLineView>.Of([.. found], page, last => PlaceInList.Of(last.At, last.Stream, last.Sequence));
    }

    private static AuditLineView Line(NpgsqlDataReader reader)
    {
        var row = AuditEvidence.Row(reader);
        return new(row.Stream, row.Sequence, row.At, row.Type, Json(Encoding.UTF8.GetString(row.Payload)), Json(AuditEvidence.Json(reader, row)));
    }

    /// <summary>A row that was changed must not hide the others.</summary>
    private static JsonNode? Json(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return "changed: it cannot be read";
        }
    }
}
