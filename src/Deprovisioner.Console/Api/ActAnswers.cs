using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Asking;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Deprovisioner.Console.Api;

// Theory of operation. An act is a row that an orchestrator carries out, usually within a tenth of a second. So whoever asks is answered with what became of it, if that is known soon (Prefer: wait, RFC 7240), and else with
// 202 and the address at which it will stand. The act is there from the moment of the answer on, whatever happens to this process. With an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) the same request may be
// sent again when no answer came: it is the same act.

/// <summary>Asks for acts, and answers with what became of them.</summary>
internal sealed class ActAnswers(IOperations operations, TimeProvider clock)
{
    private const int LongestKey = 255;
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>One act.</summary>
    public Task<IResult> Ask(HttpContext http, string? why, Func<Asker, ActRequest> act) => Ask(http, why, by => [act(by)]);

    /// <summary>Several, all or none of which are asked for.</summary>
    public async Task<IResult> Ask(HttpContext http, string? why, Func<Asker, IReadOnlyList<ActRequest>> acts)
    {
        if (string.IsNullOrWhiteSpace(why))
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "'why' is missing: the reason, for the audit.");
        }

        var requests = acts(new Asker(http.User.Who(), why));
        var asked = await Keyed(http, requests);
        return asked.Problem ?? Answer(await operations.Answered(asked.Acts!, Wait(http.Request), clock, http.RequestAborted));
    }

    /// <summary>As far as they are by now.</summary>
    private static IResult Answer(IReadOnlyList<Act> acts)
    {
        if (acts.FirstOrDefault(act => act.Status == "refused") is { } refused)
        {
            return Results.Problem(new ProblemDetails
            {
                Status = StatusCodes.Status409Conflict,
                Title = "Refused",
                Detail = refused.Answer,
                Extensions = { ["acts"] = acts },
            });
        }

        return acts.All(act => act.IsAnswered()) ? Results.Ok(acts) : Results.Accepted($"/api/v1/acts?{string.Join('&', acts.Select(act => $"id={act.ActId}"))}", acts);
    }

    private async Task<(IReadOnlyList<Act>? Acts, IResult? Problem)> Keyed(HttpContext http, IReadOnlyList<ActRequest> requests)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString().Trim('"');
        if (key.Length == 0)
        {
            return (await operations.Ask(requests, http.RequestAborted), null);
        }

        if (key.Length > LongestKey)
        {
            return (null, Problems.Answer(StatusCodes.Status400BadRequest, $"An Idempotency-Key has {LongestKey} characters at most."));
        }

        var asked = await operations.AskOnce(requests, key, http.RequestAborted);
        return asked is null ? (null, Problems.Answer(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for something else.")) : (asked, null);
    }

    /// <summary>RFC 7240, section 4.3.</summary>
    private static TimeSpan Wait(HttpRequest request)
    {
        foreach (var preference in request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (NameValueHeaderValue.TryParse(preference, out var parsed) && parsed.Name.Equals("wait", StringComparison.OrdinalIgnoreCase) && int.TryParse(parsed.Value, out var seconds) && seconds >= 0)
            {
                return TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds));
            }
        }

        return UsualWait;
    }
}
