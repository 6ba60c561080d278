using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Deprovisioner.Worker.Settings;

/// <summary>What a process is told by <c>appsettings.json</c> and the environment. A class, so that no generated ToString shows a password.</summary>
internal sealed class ProcessSettings
{
    public const string Orchestrator = "orchestrator";
    public const string Connectors = "connectors";
    private const string FileReference = "${file:";
    private const string DefaultHealthUrl = "http://127.0.0.1:8081";
    private const string DatabaseExample = "\"Host=127.0.0.1;Database=deprovisioner;Username=deprovisioner\"";

    /// <summary><c>ConnectionStrings__Deprovisioner</c>, Npgsql's form; null where this process needs no database. Its password may stand in a file (<c>Passfile</c>).</summary>
    public string? Database { get; init; }

    /// <summary><c>ConnectionStrings__RabbitMq</c>, an <c>amqp://</c> or <c>amqps://</c> URI, or <c>${file:PATH}</c> of a file with one; null: in memory, for a single process.</summary>
    public Uri? RabbitMq { get; init; }

    /// <summary><c>Deprovisioner__Config</c>: the path of the organisation's YAML file; <c>deprovisioner.yaml</c> unless told.</summary>
    public required string ConfigPath { get; init; }

    /// <summary><c>Deprovisioner__Roles</c>, comma-separated; both unless told.</summary>
    public required IReadOnlySet<string> Roles { get; init; }

    /// <summary><c>Deprovisioner__HealthUrl</c>: where the health endpoints listen; null (<c>none</c>): nowhere.</summary>
    public Uri? HealthUrl { get; init; }

    public bool Orchestrates => Roles.Contains(Orchestrator);

    public bool Connects => Roles.Contains(Connectors);

    /// <exception cref="SettingsException">A setting makes no sense; the message names it and says what to write.</exception>
    public static ProcessSettings Read(IConfiguration configuration)
        => new()
        {
            Database = Blank(configuration.GetConnectionString("Deprovisioner")),
            RabbitMq = Blank(configuration.GetConnectionString("RabbitMq")) is { } uri ? Broker(FromFile(uri)) : null,
            ConfigPath = Blank(configuration["Deprovisioner:Config"]) ?? "deprovisioner.yaml",
            Roles = ReadRoles(Blank(configuration["Deprovisioner:Roles"])),
            HealthUrl = Health(Blank(configuration["Deprovisioner:HealthUrl"])),
        };

    /// <summary>The database, or an error that says how to name it.</summary>
    /// <exception cref="SettingsException">There is none, or it is no connection string.</exception>
    public string RequiredDatabase()
    {
        var text = Database ?? throw new SettingsException($"No database is configured: set ConnectionStrings__Deprovisioner, for instance to {DatabaseExample}.");
        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 } ? text : throw new SettingsException($"ConnectionStrings__Deprovisioner names no host; write it like {DatabaseExample}.");
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Without the error's words: they may hold the rest of a password that has a semicolon in it.
            throw new SettingsException($"ConnectionStrings__Deprovisioner is not in Npgsql's form; write it like {DatabaseExample}, a value with ; or = in it in single quotes.");
        }
    }

    /// <summary>The value, or what stands in the file that it names: a URI has its password in it, and the environment of a process is seen by more people than its files.</summary>
    private static string FromFile(string value)
    {
        if (!value.StartsWith(FileReference, StringComparison.Ordinal) || !value.EndsWith('}'))
        {
            return value;
        }

        var path = value[FileReference.Length..^1];
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException($"ConnectionStrings__RabbitMq names the file '{path}', which cannot be read: {error.Message}");
        }
    }

    private static Uri Broker(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"
            ? uri

            // Without the text: it may hold a password.
            : throw new SettingsException("ConnectionStrings__RabbitMq is not an amqp:// or amqps:// URI, such as \"amqp://user:password@127.0.0.1:5672/vhost\".");

    private static HashSet<string> ReadRoles(string? text)
    {
        string[] known = [Orchestrator, Connectors];
        var roles = text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? known;
        return roles.FirstOrDefault(role => !known.Contains(role)) is { } unknown
            ? throw new SettingsException($"Deprovisioner__Roles names '{unknown}'; the roles are {string.Join(" and ", known)}, comma-separated.")
            : roles.Length == 0 ? throw new SettingsException("Deprovisioner__Roles names no role.") : [.. roles];
    }

    private static Uri? Health(string? text)
        => text == "none" ? null
            : Uri.TryCreate(text ?? DefaultHealthUrl, UriKind.Absolute, out var uri) && uri.Scheme is "http" ? uri
            : throw new SettingsException($"Deprovisioner__HealthUrl is '{text}'; write a URL such as \"{DefaultHealthUrl}\", or \"none\".");

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>The process was told something that makes no sense: exit code 2, nothing started.</summary>
internal sealed class SettingsException(string message) : Exception(message);
