using System.CommandLine;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.Extensions.DependencyInjection;

namespace Deprovisioner.Worker.Commands;

/// <summary><c>people show</c>, <c>held</c>, <c>hold</c>, <c>unhold</c></summary>
internal static class PeopleCommand
{
    public static Command Create() => new("people", "Look at people, and set or lift legal holds.")
    {
        Show(),
        Held(),
        ActCommands.OnPerson("hold", "Put a person under a legal hold: nothing of theirs is deleted or handed over until it is lifted. Access is cut all the same.", ActRequest.SetLegalHold),
        ActCommands.OnPerson("unhold", "Lift a person's legal hold: what it kept goes on.", ActRequest.LiftLegalHold),
    };

    private static Command Show()
    {
        var id = new Argument<string>("PERSON") { Description = "The person's id." };
        var json = Terminal.JsonOption();
        var command = new Command("show", "Show a person: employments, known accounts, events and sagas.") { id, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            if (await services.GetRequiredService<IOperations>().Person(parsed.GetValue(id)!, cancellationToken) is not { } person)
            {
                Terminal.Error($"nobody is known by the id {parsed.GetValue(id)}.");
                return DeprovisionerCommands.Failed;
            }

            if (parsed.GetValue(json))
            {
                Terminal.Json(person);
            }
            else
            {
                Print(person);
            }

            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static Command Held()
    {
        var part = new PartOptions();
        var json = Terminal.JsonOption();
        var command = new Command("held", "List people under a legal hold.");
        part.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = CommandServices.WithOperations(parsed);
            var page = await services.GetRequiredService<IOperations>().LegalHolds(part.Of(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                Terminal.Json(page);
                return DeprovisionerCommands.Done;
            }

            Terminal.Table("Nobody is under a legal hold.", ["person", "since", "by", "why"], page.Items.Select(p => new[] { p.PersonId, TimeText.Of(p.LegalHold.Since), p.LegalHold.By, p.LegalHold.Why }));
            PartOptions.TellOfMore(page.Next);
            return DeprovisionerCommands.Done;
        });
        return command;
    }

    private static void Print(PersonView person)
    {
        var known = new[] { $"{person.GivenName} {person.FamilyName}".Trim(), person.UserName, person.Email }.Where(text => !string.IsNullOrEmpty(text));
        Terminal.Line($"{person.PersonId}: {string.Join(", ", known)}");
        if (person.LegalHold is { } hold)
        {
            Terminal.Line($"under a legal hold since {TimeText.Of(hold.Since)}, by {hold.By}: {hold.Why} (nothing is deleted or handed over until it is lifted)");
        }

        Terminal.Table("No employments.", ["employment", "status", "begins", "ends", "on leave", "department", "title", "location", "type", "manager", "version"], person.Employments.Select(e => new[]
        {
            e.EmploymentId, e.Status, TimeText.Of(e.StartsAt), TimeText.Of(e.EndsAt), e.LeaveFrom is null ? "" : $"{TimeText.Of(e.LeaveFrom)} to {TimeText.Of(e.LeaveUntil)}", e.Department, e.Title, e.Location, e.WorkerType, e.ManagerId, e.Version.ToString(),
        }));
        Terminal.Table("No accounts are known yet.", ["system", "account"], person.Accounts.Select(a => new[] { a.System, a.AccountId }));
        Terminal.Table("No events.", ["event", "type", "of", "verdict", "reason"], person.Events.Select(e => new[] { e.EventId, e.Type, TimeText.Of(e.EventAt), e.Verdict, e.Reason }));
        Terminal.Table("No sagas.", ["saga", "kind", "status", "effective", "access ended"], person.Sagas.Select(s => new[] { s.SagaId.ToString(), s.Kind, s.Status, TimeText.Of(s.EffectiveAt), AccessWords.Ended(s) }));
        if (person.Drift is { } drift)
        {
            DriftWords.Print(drift);
        }
    }
}
