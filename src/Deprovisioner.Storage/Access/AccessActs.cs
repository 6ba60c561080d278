using System.Text.Json;
using Deprovisioner.Storage.Model;

namespace Deprovisioner.Storage.Access;

/// <summary>Requests about who may use the installation.</summary>
public static class AccessActs
{
    internal const string Refused = "access-refused";
    internal const string CreateKey = "key-create";
    internal const string RevokeKey = "key-revoke";

    /// <summary>Somebody who is known was refused something: for the audit.</summary>
    /// <param name="asked">The method and the route, without values.</param>
    /// <param name="needs">The roles of which each would have done.</param>
    public static OperatorActEntity AccessRefused(string who, string asked, IReadOnlyList<string> needs, DateTimeOffset now)
        => Of(Refused, new RefusedAccess(asked, needs), who, "refused", now);

    /// <summary>A new key for a machine; only the hash of its secret goes into the request.</summary>
    public static OperatorActEntity Create(ApiKeyText key, string name, IReadOnlyList<string> roles, DateTimeOffset expiresAt, string who, string why, DateTimeOffset now)
        => Of(CreateKey, new NewKey(key.Id, Convert.ToHexString(key.Hash), name, roles, expiresAt), who, why, now);

    /// <summary>A key counts no longer.</summary>
    public static OperatorActEntity Revoke(string keyId, string who, string why, DateTimeOffset now) => Of(RevokeKey, new OldKey(keyId), who, why, now);

    private static OperatorActEntity Of<T>(string kind, T details, string who, string why, DateTimeOffset now)
        => new() { Kind = kind, Details = JsonSerializer.Serialize(details, JsonSerializerOptions.Web), Who = who, Why = why, RequestedAt = now };

    internal sealed record RefusedAccess(string Asked, IReadOnlyList<string> Needs);

    internal sealed record NewKey(string KeyId, string SecretHash, string Name, IReadOnlyList<string> Roles, DateTimeOffset ExpiresAt);

    internal sealed record OldKey(string KeyId);
}
