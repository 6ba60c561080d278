using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Console.Api;

/// <summary>Target systems.</summary>
internal static class SystemEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var systems = api.MapGroup("/systems").WithTags("systems");
        systems.MapGet("", (IOperations operations, CancellationToken aborted) => operations.Systems(aborted)).WithSummary("Configured systems by name, with their condition and what waits for them");
        systems.MapPost("/{name}/check", (string name, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Check(by, name)))
            .Act(Access.Operate).WithSummary("Have a host reach a system and say what its credential lacks; what it found stands with the system");
        systems.MapPost("/{name}/pause", (string name, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Pause(by, name)))
            .Act(Access.Operate).WithSummary("Send nothing more to a system");
        systems.MapPost("/{name}/resume", (string name, Reason body, HttpContext http, ActAnswers acts) => acts.Ask(http, body.Why, by => ActRequest.Resume(by, name)))
            .Act(Access.Operate).WithSummary("Send to a system again, whatever shut it");
    }
}
