using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Deprovisioner.Console.Api;

/// <summary>Errors as problem details (RFC 9457): <c>application/problem+json</c> with status, title and a sentence for a person.</summary>
internal static class Problems
{
    /// <summary>Writes the answer, whatever the caller accepts.</summary>
    public static Task Write(HttpContext http, int status, string detail)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(Of(status, detail), options: null, contentType: "application/problem+json", CancellationToken.None);
    }

    public static IResult Answer(int status, string detail) => Results.Problem(Of(status, detail));

    private static ProblemDetails Of(int status, string detail) => new() { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail };
}
