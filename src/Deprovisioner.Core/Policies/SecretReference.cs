namespace Deprovisioner.Core.Policies;

/// <summary>The <c>${env:NAME}</c> and <c>${file:/path}</c> in a text.</summary>
internal static class SecretReference
{
    private static readonly string[] Revealing = ["password=", "pwd=", "passwd=", "secret=", "token=", "apikey="];

    public static bool IsIn(string text) => text.Contains("${", StringComparison.Ordinal);

    /// <summary>What is wrong with the references of a text; null: nothing.</summary>
    public static (string Message, string Remedy)? Fault(string text)
    {
        var at = text.IndexOf("${", StringComparison.Ordinal);
        while (at >= 0)
        {
            var end = text.IndexOf('}', at);
            var inner = end < 0 ? "" : text[(at + 2)..end];
            var isEnv = inner.StartsWith("env:", StringComparison.Ordinal) && inner.Length > 4 && inner[4..].All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
            var isFile = inner.StartsWith("file:/", StringComparison.Ordinal) && inner.Length > 6;
            if (!isEnv && !isFile)
            {
                return ("a reference here is not complete or not of a known kind", "write \"${env:NAME}\", or \"${file:/path}\" with the whole path");
            }

            at = text.IndexOf("${", end, StringComparison.Ordinal);
        }

        return null;
    }

    /// <summary>
    /// Whether a secret is only referred to. A connection string may mix references and plain parts, so what is asked is one reference at
    /// least, and none of the usual names of a password followed by a plain value.
    /// </summary>
    public static bool Hides(string text)
    {
        if (!IsIn(text))
        {
            return false;
        }

        var tight = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('_' or '-' or '"' or '\'')));
        return !Revealing.Any(word => Reveals(tight, word)) && !RevealsInUrl(tight);
    }

    private static bool Reveals(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var value = text[(at + word.Length)..];
            if (value.Length > 0 && value[0] != ';' && !value.StartsWith("${", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>postgres://user:password@host</c> with a plain password.</summary>
    private static bool RevealsInUrl(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var host = scheme < 0 ? -1 : text.IndexOf('@', scheme);
        var colon = host < 0 ? -1 : text.IndexOf(':', scheme + 3);
        return colon >= 0 && colon < host && !text[(colon + 1)..host].StartsWith("${", StringComparison.Ordinal);
    }
}
