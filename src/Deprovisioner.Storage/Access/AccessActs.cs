namespace Deprovisioner.Storage.Access;

/// <summary>Requests about who may use the installation, and what they say.</summary>
internal static class AccessActs
{
    public const string Refused = "access-refused";
    public const string CreateKey = "key-issue";
    public const string RevokeKey = "key-revoke";

    /// <param name="Asked">The method and the route, without values.</param>
    /// <param name="Needs">The roles of which each would have done.</param>
    internal sealed record RefusedAccess(string Asked, IReadOnlyList<string> Needs);

    /// <param name="SecretHash">SHA-256 of the secret, hex.</param>
    /// <param name="Roles">See <see cref="AccessRoles"/>.</param>
    internal sealed record NewKey(string KeyId, string SecretHash, string Name, IReadOnlyList<string> Roles, DateTimeOffset ExpiresAt);

    internal sealed record OldKey(string KeyId);
}
