using Deprovisioner.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Storage.Reading;

/// <summary>People, for people.</summary>
internal sealed class PersonReading(IDbContextFactory<DeprovisionerContext> contexts, TimeProvider clock)
{
    /// <summary>People under a legal hold, by their ids.</summary>
    /// <exception cref="UnknownPlaceException">The list never gave the place that is asked for.</exception>
    public async Task<Page<HeldPersonLine>> LegalHolds(PageRequest page, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var after = page.After is { } place ? PlaceInList.Texts(place, 1)[0] : "";
        var held = await context.Persons.Where(p => p.LegalHold && p.PersonId.CompareTo(after) > 0).OrderBy(p => p.PersonId).Take(page.Size + 1).ToListAsync(cancellationToken);
        return Page<HeldPersonLine>.Of(
            held.ConvertAll(p => new HeldPersonLine(p.PersonId, new LegalHoldView(p.LegalHoldSince!.Value, p.LegalHoldBy!, p.LegalHoldWhy!))), page, last => PlaceInList.Of([last.PersonId]));
    }

    /// <summary>Null where nobody is known by that id.</summary>
    public async Task<PersonView?> Find(string id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Persons.FirstOrDefaultAsync(p => p.PersonId == id, cancellationToken) is not { } person)
        {
            return null;
        }

        var employments = await context.Employments.Where(e => e.PersonId == id).OrderBy(e => e.EmploymentId).ToListAsync(cancellationToken);
        var accounts = await context.KnownAccounts.Where(a => a.PersonId == id).OrderBy(a => a.System).ThenBy(a => a.AccountId).ToListAsync(cancellationToken);
        var events = await context.Inbox.Where(e => e.PersonId == id).OrderBy(e => e.InboxId).ToListAsync(cancellationToken);
        var sagas = await context.Sagas.Where(s => s.PersonId == id).OrderBy(s => s.PlannedAt).ThenBy(s => s.SagaId).WithSteps(context, cancellationToken);
        var now = clock.GetUtcNow();
        return new PersonView(
            person.PersonId,
            person.Email,
            person.UserName,
            person.GivenName,
            person.FamilyName,
            person.LegalHold ? new LegalHoldView(person.LegalHoldSince!.Value, person.LegalHoldBy!, person.LegalHoldWhy!) : null,
            employments.ConvertAll(Employment),
            accounts.ConvertAll(a => new AccountView(a.System, a.AccountId)),
            events.ConvertAll(EventText.Line),
            sagas.ConvertAll(s => SagaText.Line(s, now)),
            await DriftReading.Of(context, id, sagas, cancellationToken));
    }

    private static EmploymentView Employment(EmploymentEntity e)
        => new(e.EmploymentId, e.Status, e.StartsAt, e.EndsAt, e.LeaveFrom, e.LeaveUntil, e.Department, e.Title, e.Location, e.WorkerType, e.ManagerId, e.Version);
}
