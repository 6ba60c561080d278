using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Worker.Notifying;

/// <summary>What is answered where the receiver gave no answer of its own. The sentences name no URL and repeat nothing that came over the wire.</summary>
internal static class NotificationCode
{
    public static DeliveryAnswer TimedOut(TimeSpan timeout) => NotNow("timed-out", $"The receiver gave no answer within {timeout.TotalSeconds:0.#} s.");

    public static DeliveryAnswer Unreachable(string why) => NotNow("unreachable", $"The receiver cannot be reached: {why}.");

    public static DeliveryAnswer Untrusted() => NotNow("untrusted", "The receiver shows a certificate that is not trusted, or speaks no TLS: set caFile, or correct the certificate.");

    public static DeliveryAnswer NoAnswer() => NotNow("no-answer", "The connection broke before the receiver answered.");

    /// <param name="why">One sentence without a value.</param>
    public static DeliveryAnswer Misconfigured(string why) => NotNow("misconfigured", why);

    /// <summary>It is tried again: whoever corrects it within the budget has lost nothing.</summary>
    public static DeliveryAnswer NotNow(string code, string error) => new(DeliveryResult.NotNow, code, error);
}
