using System.ComponentModel;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Deprovisioner.Console.Api;

/// <summary>People.</summary>
internal static class PeopleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var people = api.MapGroup("/people").WithTags("people");
        people.MapGet("", ([Description("How the id, the user name, the address or the family name begins.")] string? search, [AsParameters] Part part, IOperations operations, CancellationToken aborted)
            => operations.People(search ?? "", part.Request, aborted)).WithSummary("People by id");
        people.MapGet("/{id}", Show).WithSummary("One person with all that is known of them");
        people.MapGet("/{id}/plan", ([AsParameters] PlanPart part, IOperations operations, CancellationToken aborted) => operations.Plan(part.Question, aborted))
            .WithSummary("What would happen if they left, or if another event came; nothing is done");
        people.MapPost("/{id}/legal-hold", (string id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.SetLegalHold(by, id)))
            .Act(Access.Operate).WithSummary("Nothing of theirs is deleted or handed over");
        people.MapPost("/{id}/legal-hold/lift", (string id, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.LiftLegalHold(by, id)))
            .Act(Access.Operate).WithSummary("What the legal hold kept goes on");
    }

    private static async Task<Results<Ok<PersonView>, ProblemHttpResult>> Show(string id, IOperations operations, CancellationToken aborted)
        => await operations.Person(id, aborted) is { } person ? TypedResults.Ok(person) : TypedResults.Problem("Nobody is known by that id.", statusCode: StatusCodes.Status404NotFound);
}
