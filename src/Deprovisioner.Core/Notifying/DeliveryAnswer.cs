namespace Deprovisioner.Core.Notifying;

/// <summary>How one attempt to tell a receiver ended.</summary>
public enum DeliveryResult
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>Not now; it is tried again.</summary>
    NotNow,

    /// <summary>This one will never be taken.</summary>
    Refused,

    /// <summary>The receiver is there no more, for this and for all that would follow: HTTP 410.</summary>
    Gone,
}

/// <summary>What came back.</summary>
/// <param name="Code">A short word, such as <c>http-503</c>, <c>smtp-451</c>, <c>timed-out</c>.</param>
/// <param name="Error">One sentence of our own; never a body, a URL or a secret. Null where it was delivered.</param>
/// <param name="RetryAt">When the receiver wants to be asked again, UTC; null: it did not say.</param>
public sealed record DeliveryAnswer(DeliveryResult Result, string Code, string? Error = null, DateTimeOffset? RetryAt = null)
{
    /// <summary>
    /// An HTTP status: https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md, section 2.2. Any other than 2xx and 410 is tried again, since 404 and 401 too are what a receiver answers while it is set up.
    /// </summary>
    public static DeliveryAnswer OfStatus(int status, DateTimeOffset? retryAt)
        => status switch
        {
            >= 200 and <= 299 => new(DeliveryResult.Delivered, $"http-{status}"),
            410 => new(DeliveryResult.Gone, "http-410", "The receiver says that it is gone: it gets nothing more until the configuration changes."),
            >= 300 and <= 399 => new(DeliveryResult.NotNow, $"http-{status}", "The receiver answers with a redirect, which is not followed: write the new address into the configuration.", retryAt),
            429 => new(DeliveryResult.NotNow, "http-429", "The receiver asks for patience.", retryAt),
            _ => new(DeliveryResult.NotNow, $"http-{status}", $"The receiver answers with status {status}.", retryAt),
        };
}
