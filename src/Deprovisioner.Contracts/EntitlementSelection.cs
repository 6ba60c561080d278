using System.Text.Json.Serialization;

namespace Deprovisioner.Contracts;

/// <summary>
/// Which entitlements a <see cref="StepAction.RemoveEntitlements"/> takes away, where not all of them. Each is written as the system's
/// connector writes its id or its name.
/// </summary>
public sealed record EntitlementSelection
{
    /// <summary>To be taken away where the account has them, unless <see cref="Keep"/> names them too.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>Justified: never taken away, whatever else is said.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>What becomes of those that neither list names.</summary>
    public UnexplainedEntitlements Unexplained { get; init; }
}

/// <summary>What becomes of entitlements that no role explains. As text: <c>keep</c>, <c>revoke</c>, <c>review</c>.</summary>
[JsonConverter(typeof(EnumTextConverter<UnexplainedEntitlements>))]
public enum UnexplainedEntitlements
{
    /// <summary>They stay, and nothing is said of them.</summary>
    Keep,

    /// <summary>They are taken away.</summary>
    Revoke,

    /// <summary>They stay, and the report lists them for a person.</summary>
    Review,
}
