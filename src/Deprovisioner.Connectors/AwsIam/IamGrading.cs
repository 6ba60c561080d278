using System.Globalization;
using System.Net.Http.Headers;
using System.Xml.Linq;
using Deprovisioner.Connectors.Http;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>
/// What an error of IAM means (https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the errors of each action). The code decides: one status has many
/// meanings (400 is a throttle as well as a mistake). Pure: the same answer always means the same.
/// </summary>
internal static class IamGrading
{
    /// <summary>The only one that says that something is not there.</summary>
    public const string NoSuchEntity = "NoSuchEntity";

    private const int LongestMessage = 300;

    /// <summary>A signature is good for five minutes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    private static readonly string[] Throttles = ["Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "RequestThrottled", "TooManyRequestsException", "SlowDown"];

    private static readonly string[] Refuses =
    [
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "OptInRequired", "InvalidClientTokenId", "UnrecognizedClientException", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "IncompleteSignature", "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "ExpiredToken",
        "ExpiredTokenException", "InvalidToken", "AuthFailure",
    ];

    // "Wait a few minutes and submit your request again" is what the reference says of the two about changes.
    private static readonly string[] Passes = ["ConcurrentModification", "EntityTemporarilyUnmodifiable", "ServiceFailure", "ServiceUnavailable", "InternalFailure", "InternalError", "RequestTimeout"];

    /// <param name="error">The answer's <c>Error</c>; null: it has none that can be read.</param>
    /// <param name="redact">Takes secrets out of what the service says.</param>
    public static Fault Of(int status, HttpResponseHeaders headers, XElement? error, DateTimeOffset now, Func<string, string> redact)
    {
        var code = Word(error?.Text("Code"));
        var message = error?.Text("Message") ?? "";
        var said = $"AWS answered {(code is null ? status.ToString(CultureInfo.InvariantCulture) : code)}{Bounded(redact(HttpFaults.Printable(message)))}";
        var name = code is null ? $"http-{status}" : $"iam-{code}";
        if (code is not null)
        {
            return Throttles.Contains(code, StringComparer.Ordinal) || message.Contains("Rate exceeded", StringComparison.OrdinalIgnoreCase)
                    ? new Fault(Outcome.Throttled, name, said, RetryAfter.Of(headers, now))
                : Refuses.Contains(code, StringComparer.Ordinal) ? new Fault(Outcome.Unauthorized, name, said + Skew(headers, now))
                : Passes.Contains(code, StringComparer.Ordinal) ? new Fault(Outcome.Transient, name, said)
                : code == "DeleteConflict" ? new Fault(Outcome.Rejected, name, $"{said} Something was added to the user while it was taken apart: replay.")
                : new Fault(status >= 500 ? Outcome.Transient : Outcome.Rejected, name, said);
        }

        return status switch
        {
            401 or 403 => new Fault(Outcome.Unauthorized, name, said),
            429 or 503 => new Fault(Outcome.Throttled, name, said, RetryAfter.Of(headers, now)),
            408 or >= 500 => new Fault(Outcome.Transient, name, said),
            >= 300 and < 400 => new Fault(Outcome.Rejected, name, $"{said} Redirects are not followed: correct endpoint."),
            _ => new Fault(Outcome.Rejected, name, said),
        };
    }

    /// <summary>Transient, since it is what a captive proxy looks like as well as a wrong address.</summary>
    public static Fault NotIam(string action) => new(Outcome.Transient, "not-iam", $"The answer to {action} is not IAM's. Is endpoint right, and does nothing stand between?");

    // Only a clock that is far off is worth a word: the secret may just as well be wrong.
    private static string Skew(HttpResponseHeaders headers, DateTimeOffset now)
        => headers.Date is { } theirs && (now - theirs).Duration() > MostSkew
            ? $" This machine's clock is {(now - theirs).Duration().TotalMinutes:0} min {(now > theirs ? "ahead of" : "behind")} theirs, and a signature is good for five: set it."
            : "";

    private static string? Word(string? code) => code is { Length: > 0 and <= 60 } && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_') ? code : null;

    // Redacted before it is cut, so that half a secret is not left.
    private static string Bounded(string text) => text.Length == 0 ? "." : $": {(text.Length <= LongestMessage ? text : text[..LongestMessage])}";
}
