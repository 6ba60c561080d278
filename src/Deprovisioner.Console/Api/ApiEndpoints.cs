using Deprovisioner.Console.SignIn;

namespace Deprovisioner.Console.Api;

/// <summary>The REST API: what the command line does, under <c>/api/v1</c>. Errors are problem details, lists are read in parts, answers carry entity tags, acts may be repeated with an Idempotency-Key.</summary>
internal static class ApiEndpoints
{
    public const string Root = "/api/v1";

    public static void MapApi(this WebApplication web)
    {
        web.MapOpenApi(Root + "/openapi.json").AllowAnonymous();
        var api = web.MapGroup(Root).RequireAuthorization(Access.Read)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        OverviewEndpoints.Map(api);
        SagaEndpoints.Map(api);
        StepEndpoints.Map(api);
        HoldEndpoints.Map(api);
        SystemEndpoints.Map(api);
        PeopleEndpoints.Map(api);
        EventEndpoints.Map(api);
        GuardEndpoints.Map(api);
        ReplayEndpoints.Map(api);
        ReconciliationEndpoints.Map(api);
        AuditEndpoints.Map(api);
        ReportEndpoints.Map(api);
        NotificationEndpoints.Map(api);
        ActEndpoints.Map(api);
    }

    /// <summary>An act: for whom, and all that can be answered.</summary>
    public static RouteHandlerBuilder Act(this RouteHandlerBuilder endpoint, string policy)
        => endpoint.RequireAuthorization(policy)
            .Produces<IReadOnlyList<Storage.Asking.Act>>(StatusCodes.Status200OK).Produces<IReadOnlyList<Storage.Asking.Act>>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
