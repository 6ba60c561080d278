using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>
/// Secrets from the environment and from files, read anew at each resolution, so that a rotated file is taken up. Every value
/// that was ever resolved is remembered for redaction only.
/// </summary>
internal sealed partial class ReferenceSecrets : ISecrets
{
    /// <summary>Shorter values would blacken ordinary words, and are no secrets.</summary>
    private const int ShortestRedacted = 4;

    private const string Redacted = "[redacted]";

    private readonly ConcurrentDictionary<string, byte> seen = new(StringComparer.Ordinal);

    /// <summary>Longest first, so that a secret which holds another one goes as a whole. Replaced as a whole when one is added.</summary>
    private volatile string[] byLength = [];

    public string Resolve(string text) => Reference().Replace(text, match => Remember(Value(match)));

    public string Redact(string text)
    {
        foreach (var secret in byLength)
        {
            text = text.Replace(secret, Redacted, StringComparison.Ordinal);
        }

        return text;
    }

    private static string Value(Match match)
    {
        var name = match.Groups["name"].Value;
        try
        {
            var value = match.Groups["kind"].Value == "env"
                ? Environment.GetEnvironmentVariable(name)
                : WithoutLastLineBreak(File.ReadAllText(name));
            return string.IsNullOrEmpty(value) ? throw new SecretMissingException(match.Value) : value;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SecretMissingException(match.Value);
        }
    }

    private static string WithoutLastLineBreak(string text)
        => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;

    [GeneratedRegex(@"\$\{(?<kind>env|file):(?<name>[^}]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();

    private string Remember(string value)
    {
        if (value.Length >= ShortestRedacted && seen.TryAdd(value, 0))
        {
            lock (seen)
            {
                byLength = [.. seen.Keys.OrderByDescending(s => s.Length).ThenBy(s => s, StringComparer.Ordinal)];
            }
        }

        return value;
    }
}
