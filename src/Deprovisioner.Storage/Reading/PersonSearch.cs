using Deprovisioner.Storage.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Deprovisioner.Storage.Reading;

// Theory of operation. Whoever looks for somebody types the beginning of what they know: an id, a user name, an address, a family name. Each of these is a range of an index of its own, in the order of its bytes, which is the
// same in every database; they are read one after the other until the page is full, so a page costs what it shows. Who was found by one is left out by those behind it.

/// <summary>Finds people by the beginning of what is known of them, whatever its case.</summary>
internal sealed class PersonSearch(NpgsqlDataSource database, IDbContextFactory<DeprovisionerContext> contexts)
{
    /// <summary>Behind every text that begins as the one before it: no name has this character.</summary>
    private const string Last = "\U0010FFFF";

    /// <summary>What is looked for, in this order.</summary>
    private static readonly string[] Keys = [.. new[] { "person_id", "user_name", "email", "family_name" }.Select(column => $"lower({column}) collate \"C\"")];

    /// <summary>Those whose id begins so first, then by user name, by address, by family name.</summary>
    /// <param name="text">Empty: everybody, by id.</param>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<PersonLine>> Find(string text, PageRequest page, CancellationToken cancellationToken)
    {
        var prefix = StoredText.Of(text.Trim(), int.MaxValue)!;
        var (first, after) = page.After is { } place ? Place(place) : (0, null);
        var found = new List<Found>();
        for (var by = first; by < (prefix.Length == 0 ? 1 : Keys.Length) && found.Count <= page.Size; by++)
        {
            found.AddRange(await By(by, prefix, by == first ? after : null, page.Size + 1 - found.Count, cancellationToken));
        }

        var part = Page<Found>.Of(found, page, last => PlaceInList.Of(last.By.ToString(), last.Key, last.Id));
        return new(await Lines([.. part.Items.Select(f => f.Id)], cancellationToken), part.Next);
    }

    private Task<IReadOnlyList<Found>> By(int by, string prefix, Found? after, int most, CancellationToken cancellationToken)
    {
        var key = Keys[by];
        var wanted = new SqlConditions();
        var (from, until) = ($"lower({wanted.Add(Sql.Text(prefix))})", $"lower({wanted.Add(Sql.Text(prefix + Last))})");
        wanted.Where($"{key} >= {from} and {key} < {until}");
        foreach (var earlier in Keys.Take(by))
        {
            wanted.Where($"({earlier} >= {from} and {earlier} < {until}) is not true");
        }

        if (after is not null)
        {
            wanted.Where($"({key}, person_id collate \"C\") >", Sql.Text(after.Key), Sql.Text(after.Id));
        }

        return database.Rows(
            $"select {key}, person_id from persons where {wanted.Text} order by {key}, person_id collate \"C\" limit {wanted.Add(Sql.Int(most))}",
            row => new Found(by, row.GetString(0), row.GetString(1)), cancellationToken, wanted.Parameters);
    }

    /// <summary>In the order of the ids.</summary>
    private async Task<IReadOnlyList<PersonLine>> Lines(List<string> ids, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var persons = await context.Persons.Where(p => ids.Contains(p.PersonId)).ToDictionaryAsync(p => p.PersonId, cancellationToken);
        var employments = (await context.Employments.Where(e => ids.Contains(e.PersonId)).ToListAsync(cancellationToken)).ToLookup(e => e.PersonId, e => e.Status);
        var sagas = (await context.Sagas.Where(s => ids.Contains(s.PersonId) && s.Status != "completed" && s.Status != "cancelled").OrderByDescending(s => s.PlannedAt).ThenBy(s => s.SagaId)
            .Select(s => new { s.PersonId, s.SagaId, s.Kind, s.Status }).ToListAsync(cancellationToken)).ToLookup(s => s.PersonId);
        return ids.ConvertAll(id => new PersonLine(
            id, persons[id].Email, persons[id].UserName, persons[id].GivenName, persons[id].FamilyName, Status([.. employments[id]]), persons[id].LegalHold,
            sagas[id].FirstOrDefault() is { } saga ? new OpenSaga(saga.SagaId, saga.Kind, saga.Status) : null));
    }

    /// <summary>Of several employments the one that gives most.</summary>
    private static string? Status(HashSet<string> employments) => Array.Find(["active", "on-leave", "expected", "terminated"], employments.Contains);

    private static (int First, Found? After) Place(string place)
    {
        var texts = PlaceInList.Texts(place, 3);
        return int.TryParse(texts[0], out var by) && by >= 0 && by < Keys.Length ? (by, new Found(by, texts[1], texts[2])) : throw new UnknownPlaceException();
    }

    private sealed record Found(int By, string Key, string Id);
}
