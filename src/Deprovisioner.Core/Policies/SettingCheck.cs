using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Whether a connector's setting looks like what its description asks for. A secret's value is never shown.</summary>
internal static class SettingCheck
{
    /// <summary>What is wrong with a text, and the remedy; null: nothing.</summary>
    public static (string Message, string Remedy)? Fault(SettingDescription setting, string text)
    {
        if (SecretReference.Fault(text) is { } broken)
        {
            return broken;
        }

        if (setting.Kind == SettingKind.Secret)
        {
            return SecretReference.Hides(text)
                ? null
                : ("a secret stands here as a value", "write a reference instead, like \"${env:NAME}\" or \"${file:/run/secrets/name}\", and change the secret, since it has been in a file");
        }

        // What a reference leads to is not known here; the connector checks it when it is opened.
        if (SecretReference.IsIn(text))
        {
            return null;
        }

        return setting.Kind switch
        {
            SettingKind.Url => Url(text),
            SettingKind.Boolean when text is not ("true" or "false") => ($"{Shown.Quoted(text)} is neither true nor false", "write true or false"),
            SettingKind.Integer when !int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _)
                => ($"{Shown.Quoted(text)} is no whole number", "write a number like 10"),
            SettingKind.Duration when !Durations.TryParse(text, out _) => ($"{Shown.Quoted(text)} is no span of time", "write a whole number and its unit, like 500ms, 10s, 5m, 4h or 30d"),
            SettingKind.Choice when setting.Allowed is { } allowed && !allowed.Contains(text)
                => ($"{Shown.Quoted(text)} is not a choice here", Suggestion.Remedy(text, [.. allowed])),
            _ => null,
        };
    }

    private static (string Message, string Remedy)? Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return ("this is no absolute URL", "write one with its scheme and host, like https://crm.example.test/scim/v2");
        }

        // The rest of the configuration is shown on screens and kept with every saga.
        return url.UserInfo.Length > 0
            ? ("the URL holds a user name or a password", "take it out of the URL and use the connector's own settings for it")
            : null;
    }
}
