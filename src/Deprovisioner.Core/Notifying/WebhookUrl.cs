using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Notifying;

/// <summary>Where a webhook may lead. What stands there comes from the configuration alone, never from an event.</summary>
public static class WebhookUrl
{
    /// <summary>The URL as it is called; null: it is none that is.</summary>
    /// <param name="text">References resolved.</param>
    public static Uri? Of(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Fragment.Length == 0 ? url : null;

    /// <summary>What is wrong with a URL in the file, and what to write instead; null: nothing. Never shows it: some have a secret in their path.</summary>
    internal static (string Message, string Remedy)? Fault(string text)
        => SecretReference.Fault(text) is { } broken ? broken
            : SecretReference.IsIn(text) || Of(text) is not null ? null
            : ("this is no URL for a webhook", "write one that begins with https:// or http://, without a user name, password or fragment; the whole may be a reference, like \"${env:SIEM_URL}\"");
}
