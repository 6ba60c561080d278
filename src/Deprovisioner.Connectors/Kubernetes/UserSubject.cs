using System.Diagnostics.CodeAnalysis;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Kubernetes;

/// <summary>
/// Somebody as bindings name them: a subject of the kind User. Names are compared letter by letter, as the API server does
/// (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects).
/// </summary>
internal static class UserSubject
{
    public const string Kind = "User";

    private const string IdPrefix = $"{Kind}:";

    /// <summary>Kept for Kubernetes itself, and for service accounts: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects</summary>
    private const string Reserved = "system:";

    /// <summary>With the kind, since a group may be called the same; so that a name alone is none of our ids.</summary>
    public static AccountRef Ref(string name) => new(IdPrefix + name, name);

    public static bool TryName(string accountId, [NotNullWhen(true)] out string? name)
    {
        name = accountId.StartsWith(IdPrefix, StringComparison.Ordinal) && accountId.Length > IdPrefix.Length ? accountId[IdPrefix.Length..] : null;
        return name is not null;
    }

    public static bool IsCritical(string name) => name.StartsWith(Reserved, StringComparison.Ordinal);

    /// <summary>The value that finds the name; null: it is none of the identity provider's.</summary>
    public static string? MatchValue(string name, string userPrefix)
        => name.StartsWith(userPrefix, StringComparison.Ordinal) && name.Length > userPrefix.Length ? name[userPrefix.Length..] : null;
}
