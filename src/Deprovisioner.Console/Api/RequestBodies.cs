using Microsoft.OpenApi;

namespace Deprovisioner.Console.Api;

/// <summary>Bodies that an endpoint reads by itself.</summary>
internal static class RequestBodies
{
    /// <summary>
    /// Says in the OpenAPI document what is taken. <c>Accepts</c> would have routing choose by it as well: whoever sends something else is then led to an endpoint without a policy, and told that a role is missing.
    /// </summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, params string[] mediaTypes)
        => endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = mediaTypes.ToDictionary(type => type, _ => new OpenApiMediaType()) };
            return Task.CompletedTask;
        });
}
