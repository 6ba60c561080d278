using System.CommandLine;
using Deprovisioner.Worker.Settings;

namespace Deprovisioner.Worker.Commands.Server;

/// <summary><c>--server URL</c>, for every command: what people see and ask for goes through a console, and this machine needs no database.</summary>
internal static class ServerOption
{
    public const string TokenVariable = "DEPROVISIONER_TOKEN";
    public const string TokenFileVariable = "DEPROVISIONER_TOKEN_FILE";

    public static Option<Uri?> Option { get; } = new("--server")
    {
        Description = $"Ask a console, such as https://deprovisioner.example.com, and no database. The token (an API key) stands in {TokenVariable}, or in the file that {TokenFileVariable} names.",
        Recursive = true,
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url is { Scheme: "http", IsLoopback: true })
            ? url
            : Fault(result),
    };

    /// <exception cref="SettingsException">There is none, or its file cannot be read.</exception>
    public static string? Token()
    {
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
        {
            return token;
        }

        if (Environment.GetEnvironmentVariable(TokenFileVariable) is not { Length: > 0 } path)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The file {path} that {TokenFileVariable} names cannot be read: {error.Message}");
        }
    }

    private static Uri? Fault(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError("--server is the https address of a console, such as https://deprovisioner.example.com; http only to this machine.");
        return null;
    }
}
