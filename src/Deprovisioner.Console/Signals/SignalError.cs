using System.Text.Json.Serialization;

namespace Deprovisioner.Console.Signals;

/// <summary>Why a token was not taken: RFC 8935, section 2.3.</summary>
/// <param name="Err">A word of section 2.4.</param>
internal sealed record SignalError([property: JsonPropertyName("err")] string Err, [property: JsonPropertyName("description")] string Description)
{
    public static IResult Answer(string description) => Results.Json(new SignalError("invalid_request", description), statusCode: StatusCodes.Status400BadRequest);
}

/// <summary>How a stream stands.</summary>
/// <param name="Waiting">Tokens that the receiver has not settled.</param>
internal sealed record WaitingSignals(long Waiting);
