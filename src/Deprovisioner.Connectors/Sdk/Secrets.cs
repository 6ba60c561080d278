namespace Deprovisioner.Connectors.Sdk;

/// <summary>Resolves <c>${env:NAME}</c> and <c>${file:/path}</c> references.</summary>
public interface ISecrets
{
    /// <summary>The text with all its references replaced. A text without any is returned as it is. A file's last line break is dropped.</summary>
    /// <exception cref="SecretMissingException">A reference leads nowhere.</exception>
    string Resolve(string text);

    /// <summary>The text with every secret value that was ever resolved replaced by <c>[redacted]</c>.</summary>
    string Redact(string text);
}

/// <summary>A reference leads nowhere. Names the reference, never a value.</summary>
public sealed class SecretMissingException(string reference) : Exception($"The secret {reference} is not there.")
{
    public string Reference { get; } = reference;
}
