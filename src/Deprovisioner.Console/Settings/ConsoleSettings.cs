using System.Net;

namespace Deprovisioner.Console.Settings;

/// <summary>The settings do not fit together; the message says what to set.</summary>
public sealed class ConsoleSettingsException(string message) : Exception(message);

/// <summary>How the console is run: the section <c>Deprovisioner:Console</c>, so <c>Deprovisioner__Console__Local</c> as an environment variable.</summary>
internal sealed record ConsoleSettings
{
    /// <summary>Anybody at this machine is let in, with every role: for trying it out. Binds to loopback only.</summary>
    public bool Local { get; init; }

    /// <summary>Where people sign in; null: they cannot.</summary>
    public OidcSettings? Oidc { get; init; }

    public IngressSettings Ingress { get; init; } = new();

    /// <summary>A folder that all replicas share, where the keys that seal cookies are kept; null: in memory, so that who is signed in has to do so again after a restart.</summary>
    public string? KeysPath { get; init; }

    /// <exception cref="ConsoleSettingsException">Something is missing or cannot be.</exception>
    public static ConsoleSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Deprovisioner:Console");
        ConsoleSettings settings;
        try
        {
            settings = section.Get<ConsoleSettings>(options => options.ErrorOnUnknownConfiguration = true) ?? new ConsoleSettings();
        }
        catch (InvalidOperationException error)
        {
            throw new ConsoleSettingsException($"Deprovisioner:Console cannot be read: {(error.InnerException ?? error).Message}");
        }

        if (settings is { Local: true, Oidc: not null })
        {
            throw new ConsoleSettingsException("Deprovisioner:Console:Local lets everybody in, so Deprovisioner:Console:Oidc would be for nothing: leave one of them out.");
        }

        settings.Oidc?.Check();
        settings.Ingress.Check();
        return settings;
    }

    /// <summary>Where it listens: in local mode nowhere but on this machine.</summary>
    /// <exception cref="ConsoleSettingsException">Local mode, and an address that others reach.</exception>
    public IReadOnlyList<string> Addresses(IConfiguration configuration)
    {
        var told = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (Local && (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any() || configuration["http_ports"] is { Length: > 0 } || configuration["https_ports"] is { Length: > 0 }))
        {
            throw new ConsoleSettingsException("In local mode the console takes its addresses from ASPNETCORE_URLS or --urls only: leave Kestrel:Endpoints, HTTP_PORTS and HTTPS_PORTS out.");
        }

        if (Local && told.FirstOrDefault(url => !IsLoopback(url)) is { } open)
        {
            throw new ConsoleSettingsException($"In local mode everybody who reaches the console may do everything, so it listens on 127.0.0.1 only, and not on {open}. Set up sign-in (Deprovisioner:Console:Oidc), or say --urls http://127.0.0.1:PORT.");
        }

        return told;
    }

    private static bool IsLoopback(string url)
        => Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
