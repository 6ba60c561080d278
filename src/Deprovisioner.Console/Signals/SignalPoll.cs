using System.Text.Json;
using System.Text.Json.Serialization;
using Deprovisioner.Storage.Signals;

namespace Deprovisioner.Console.Signals;

/// <summary>What a receiver says and asks for: RFC 8936, section 2.4.</summary>
internal sealed record PollRequest
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

    /// <summary>0 where it only acknowledges; null: as many as we like.</summary>
    public int? MaxEvents { get; init; }

    /// <summary>False: wait a while where there is nothing.</summary>
    public bool ReturnImmediately { get; init; }

    /// <summary>Ids of tokens that it has.</summary>
    public IReadOnlyList<string>? Ack { get; init; }

    /// <summary>Tokens that it cannot use, by their ids.</summary>
    public IReadOnlyDictionary<string, PollError>? SetErrs { get; init; }
}

/// <summary>What is wrong with a token: RFC 8936, section 2.6.</summary>
internal sealed record PollError(string? Err, string? Description);

/// <summary>What it gets: RFC 8936, section 2.5.</summary>
internal sealed record PollAnswer(
    [property: JsonPropertyName("sets")] IReadOnlyDictionary<string, string> Sets,
    [property: JsonPropertyName("moreAvailable"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool MoreAvailable);

/// <summary>Answers one poll.</summary>
internal sealed class SignalPoll(SignalStreams streams, TimeProvider clock)
{
    /// <summary>In one answer.</summary>
    private const int MostEvents = 100;

    private const int LongestError = 300;

    /// <summary>Shorter than what proxies give an answer (RFC 6202, section 5.5, speaks of 30 s).</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<PollAnswer> Answer(string stream, PollRequest request, CancellationToken aborted)
    {
        await streams.Settle(stream, [.. (request.Ack ?? []).Where(IsId)], [.. (request.SetErrs ?? new Dictionary<string, PollError>()).Where(error => IsId(error.Key)).Select(Refused)], aborted);
        if (request.MaxEvents is <= 0)
        {
            return new PollAnswer(new Dictionary<string, string>(), MoreAvailable: false);
        }

        var until = clock.GetUtcNow() + LongestWait;
        while (true)
        {
            var (tokens, more) = await streams.Give(stream, Math.Min(request.MaxEvents ?? MostEvents, MostEvents), aborted);
            if (tokens.Count > 0 || request.ReturnImmediately || clock.GetUtcNow() >= until)
            {
                return new PollAnswer(new OrderedDictionary<string, string>(tokens), more);
            }

            await Task.Delay(Pause, clock, aborted);
        }
    }

    /// <summary>What is none of ours is no error (RFC 8936, section 2.4), and the database stores no NUL.</summary>
    private static bool IsId(string? text) => text is not null && !text.Contains('\0', StringComparison.Ordinal);

    private static RefusedSignal Refused(KeyValuePair<string, PollError> error)
        => new(error.Key, Bounded(error.Value?.Err) ?? "unknown", Bounded(error.Value?.Description));

    private static string? Bounded(string? text)
        => text?.Replace("\0", "", StringComparison.Ordinal).Trim() switch
        {
            null or "" => null,
            { Length: > LongestError } said => said[..LongestError],
            var said => said,
        };
}
