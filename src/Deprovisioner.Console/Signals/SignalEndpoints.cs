using System.Text.Json;
using Deprovisioner.Console.Api;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Signals;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Signals;

/// <summary>
/// Security event tokens on their way to receivers that fetch them. Connector hosts bring them as to any receiver (RFC 8935) and ask what became of them; each receiver polls a stream that is called as its key is (RFC 8936).
/// </summary>
internal static class SignalEndpoints
{
    /// <summary>Of one request, bytes: a token is of a few hundred, and a poll acknowledges some hundreds of them.</summary>
    private const int MostBytes = 256 * 1024;

    public static void Map(WebApplication web)
    {
        var stream = web.MapGroup("/signals/{stream}").WithTags("signals").ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        stream.MapPost("", Push).RequireAuthorization(Access.Transmit).WithSummary("Bring a security event token (RFC 8935)")
            .Takes(SecurityEventToken.MediaType).Produces(StatusCodes.Status202Accepted).Produces<SignalError>(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        stream.MapGet("", Waiting).RequireAuthorization(Access.Transmit).WithSummary("How many tokens wait to be fetched").Produces<WaitingSignals>().ProducesProblem(StatusCodes.Status404NotFound);
        stream.MapGet("/{jti}", Find).RequireAuthorization(Access.Transmit).WithSummary("What became of a token").Produces<KeptSignal>().ProducesProblem(StatusCodes.Status404NotFound);
        stream.MapPost("/poll", Poll).RequireAuthorization(Access.Receive).WithSummary("Acknowledge tokens, and fetch more (RFC 8936)")
            .Takes("application/json").Produces<PollAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> Push(string stream, HttpContext http, SignalStreams streams)
    {
        if (http.Request.GetTypedHeaders().ContentType?.MediaType.Value != SecurityEventToken.MediaType)
        {
            return SignalError.Answer($"The Content-Type of a token is {SecurityEventToken.MediaType}.");
        }

        using var reader = new StreamReader(Limited(http).Body);
        var token = await reader.ReadToEndAsync(http.RequestAborted);
        return SecurityEventToken.IdOf(token) is not { } jti ? SignalError.Answer("The body is no signed JWT with a jti of 1 to 100 printable characters.")
            : await streams.Keep(stream, jti, token, http.RequestAborted) ? Results.StatusCode(StatusCodes.Status202Accepted)
            : NoStream(stream);
    }

    private static async Task<IResult> Waiting(string stream, SignalStreams streams, CancellationToken aborted)
        => await streams.Waiting(stream, aborted) is { } number ? Results.Ok(new WaitingSignals(number)) : NoStream(stream);

    private static async Task<IResult> Find(string stream, string jti, SignalStreams streams, CancellationToken aborted)
        => await streams.Find(stream, jti, aborted) is { } kept ? Results.Ok(kept) : Problems.Answer(StatusCodes.Status404NotFound, "There is no such token in this stream.");

    private static async Task<IResult> Poll(string stream, HttpContext http, SignalStreams streams, [FromServices] TimeProvider clock)
    {
        if (http.User.Who() != ApiKeyScheme.NamePrefix + stream)
        {
            return Problems.Answer(StatusCodes.Status403Forbidden, "A stream is for the receiver whose key is called as it is.");
        }

        PollRequest request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<PollRequest>(Limited(http).Body, PollRequest.Json, http.RequestAborted) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            return Problems.Answer(StatusCodes.Status400BadRequest, "The body is no poll request: a JSON object with maxEvents, returnImmediately, ack and setErrs, each of which may be left out (RFC 8936, section 2.4).");
        }

        return Results.Ok(await new SignalPoll(streams, clock).Answer(stream, request, http.RequestAborted));
    }

    private static IResult NoStream(string stream)
        => Problems.Answer(StatusCodes.Status404NotFound, $"No receiver has a key that is called '{stream}': make one by deprovisioner keys create NAME --role receiver.");

    /// <summary>Beyond it reading ends with 413.</summary>
    private static HttpRequest Limited(HttpContext http)
    {
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MostBytes;
        return http.Request;
    }
}
