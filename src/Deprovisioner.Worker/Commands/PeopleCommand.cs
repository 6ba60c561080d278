using System.CommandLine;
using Microsoft.EntityFrameworkCore;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>people show</c>, <c>hold</c>, <c>unhold</c></summary>
internal static class PeopleCommand
{
    public static Command Create()
    {
        var person = new Argument<string>("PERSON") { Description = "The person's id." };
        var json = Terminal.JsonOption();
        var show = new Command("show", "Show a person: employments, known accounts, events and sagas.") { person, json };
        show.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithDatabase();
            await using var context = await services.Context(cancellationToken);
            var id = parsed.GetValue(person)!;
            var found = await context.Persons.FirstOrDefaultAsync(p => p.PersonId == id, cancellationToken);
            if (found is null)
            {
                Terminal.Error($"nobody is known by the id {id}.");
                return DeprovisionerCommands.Failed;
            }

            var employments = await context.Employments.Where(e => e.PersonId == id).OrderBy(e => e.EmploymentId).ToListAsync(cancellationToken);
            var accounts = await context.KnownAccounts.Where(a => a.PersonId == id).OrderBy(a => a.System).ToListAsync(cancellationToken);
            var events = await context.Inbox.Where(e => e.PersonId == id).OrderBy(e => e.InboxId).ToListAsync(cancellationToken);
            var sagas = await context.Sagas.Include(s => s.Steps).Where(s => s.PersonId == id).OrderBy(s => s.PlannedAt).ToListAsync(cancellationToken);
            var drift = await DriftWords.Of(context, id, cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new { person = found, employments, accounts, events, sagas, drift });
                return DeprovisionerCommands.Done;
            }

            var known = new[] { $"{found.GivenName} {found.FamilyName}".Trim(), found.UserName, found.Email }.Where(text => !string.IsNullOrEmpty(text));
            Terminal.Line($"{found.PersonId}: {string.Join(", ", known)}");
            if (found.LegalHold)
            {
                Terminal.Line($"under a legal hold since {Terminal.Time(found.LegalHoldSince)}, by {found.LegalHoldBy}: {found.LegalHoldWhy} (nothing is deleted or handed over until it is lifted)");
            }

            Terminal.Table("No employments.", ["employment", "status", "begins", "ends", "on leave", "department", "title", "location", "type", "manager", "version"], employments.Select(e => new[]
            {
                e.EmploymentId, e.Status, Terminal.Time(e.StartsAt), Terminal.Time(e.EndsAt), e.LeaveFrom is null ? "" : $"{Terminal.Time(e.LeaveFrom)} to {Terminal.Time(e.LeaveUntil)}", e.Department, e.Title, e.Location, e.WorkerType, e.ManagerId, e.Version.ToString(),
            }));
            Terminal.Table("No accounts are known yet.", ["system", "account"], accounts.Select(a => new[] { a.System, a.AccountId }));
            Terminal.Table("No events.", ["event", "type", "of", "verdict", "reason"], events.Select(e => new[] { e.EventId, e.Type, Terminal.Time(e.EventAt), e.Verdict, e.Reason }));
            Terminal.Table("No sagas.", ["saga", "kind", "status", "effective", "access ended"], sagas.Select(s => new[] { s.SagaId.ToString(), s.Kind, s.Status, Terminal.Time(s.EffectiveAt), AccessWords.Ended(s) }));
            drift?.Print();
            return DeprovisionerCommands.Done;
        });
        return new Command("people", "Look at people, and set or lift legal holds.")
        {
            show,
            ActCommands.OnPerson("hold", "legal-hold-set", "Put a person under a legal hold: nothing of theirs is deleted or handed over until it is lifted. Access is cut all the same."),
            ActCommands.OnPerson("unhold", "legal-hold-lift", "Lift a person's legal hold: what it kept goes on."),
        };
    }
}
