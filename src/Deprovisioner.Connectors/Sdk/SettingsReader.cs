using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>
/// A system's own settings, their secrets resolved. What cannot be used is told by its key and never by its value: any value may have
/// come from a secret. The outcome is Unauthorized, since it is the system's trouble and the same for every person.
/// </summary>
public sealed class SettingsReader(SystemSettings system, ISecrets secrets)
{
    /// <summary>The value; null where it is missing or empty.</summary>
    /// <exception cref="SecretMissingException">A reference leads nowhere.</exception>
    public string? Optional(string key)
        => system.Values.TryGetValue(key, out var value) && secrets.Resolve(value) is { Length: > 0 } text ? text : null;

    /// <exception cref="SystemFaultException">It is missing or empty.</exception>
    public string Required(string key) => Optional(key) ?? throw Unusable(key, "is missing or empty");

    /// <summary>One of a few words; the enumeration's first where it is missing.</summary>
    /// <exception cref="SystemFaultException">It is another word.</exception>
    public T Choice<T>(string key)
        where T : struct, Enum
        => Optional(key) is not { } text ? default
            : EnumText.TryParse<T>(text, out var value) ? value
            : throw Unusable(key, $"is not one of: {string.Join(", ", EnumText.All<T>())}");

    /// <summary>False where it is missing.</summary>
    /// <exception cref="SystemFaultException">It is neither true nor false.</exception>
    public bool Flag(string key)
        => bool.TryParse(Optional(key) ?? "false", out var value) ? value : throw Unusable(key, "must be true or false");

    /// <summary>Trust in the authorities of a PEM file and in no other, read now; null, where it is missing: in those of the machine.</summary>
    /// <exception cref="SystemFaultException">The file cannot be read, or holds no certificate.</exception>
    public X509ChainPolicy? Trust(string key)
    {
        if (Optional(key) is not { } file)
        {
            return null;
        }

        // A private authority rarely publishes revocation lists; who may revoke the server's certificate there also runs this.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw Unusable(key, $"cannot be read as a file of PEM certificates ({error.GetType().Name})");
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw Unusable(key, "names a file without a certificate");
    }

    /// <summary>What to throw for a setting that cannot be used.</summary>
    /// <param name="key">As it stands in the configuration.</param>
    /// <param name="why">How it must be: a predicate without a full stop, and without the value.</param>
    public SystemFaultException Unusable(string key, string why)
        => new(new Fault(Outcome.Unauthorized, Fault.Misconfigured, $"{system.Name} cannot be used as it is configured: {key} {why}."));
}
