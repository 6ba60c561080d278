using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Http;

/// <summary>Settings that every system with an HTTP interface has.</summary>
internal static class HttpSettings
{
    /// <summary>How an address must be: for <see cref="SettingsReader.Unusable"/>.</summary>
    public const string HowAddressesAre = "must be an http or https address without a user, a query or a fragment";

    /// <summary>The base of all requests.</summary>
    /// <param name="below">What comes after what is configured: a slash, or a path that is the same everywhere.</param>
    /// <param name="example">One that could be written.</param>
    /// <exception cref="SystemFaultException">It is missing, or no address.</exception>
    public static Uri BaseAddress(this SettingsReader settings, string key, string below, string example)
        => Address(settings.Required(key), below) ?? throw settings.Unusable(key, $"{HowAddressesAre}, such as {example}");

    /// <summary>The address that a text is; null: it is none.</summary>
    public static Uri? Address(string text, string below = "")
        => Uri.TryCreate(text.TrimEnd('/') + below, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address is { Host.Length: > 0, Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0 }
                ? address
                : null;

    /// <summary>What is sent as <c>Authorization: Bearer</c>; null where it is missing. The header's own checks would put the value into their exception, so it is checked here.</summary>
    /// <exception cref="SystemFaultException">It holds what no bearer token has (RFC 6750, section 2.1).</exception>
    public static string? BearerToken(this SettingsReader settings, string key)
    {
        var token = settings.Optional(key);
        return token is null || token.All(c => c is > ' ' and <= '~') ? token : throw settings.Unusable(key, "holds a character that no bearer token has (RFC 6750 section 2.1)");
    }
}
