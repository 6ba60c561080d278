using System.Security.Cryptography;

namespace Deprovisioner.Worker.Settings;

/// <summary>
/// Tells when a file's content is another one, and has stopped changing. By content and not by time or watch: a mounted ConfigMap is a link that is swapped, editors rename, and a network
/// share announces nothing.
/// </summary>
/// <param name="inForce">SHA-256 of the content that was dealt with last, lower-case hex.</param>
internal sealed class ChangedFile(string inForce)
{
    private string known = inForce;
    private string? seen;

    /// <summary>
    /// The SHA-256 of a new content, lower-case hex, once two looks in a row have found the same: a file that is still being written is left alone. Null where nothing is new, or it cannot be read.
    /// </summary>
    public string? Look(string path)
    {
        string hash;
        try
        {
            hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            seen = null;
            return null;
        }

        var settled = hash == seen;
        seen = hash;
        return settled && hash != known ? hash : null;
    }

    /// <summary>This content was taken up or refused; it is new no more.</summary>
    public void DealtWith(string hash) => known = hash;
}
