using Deprovisioner.Contracts;

namespace Deprovisioner.Storage.Reading;

/// <summary>A selection of entitlements in words, for people.</summary>
internal static class EntitlementsText
{
    /// <summary><c>takes away analysts; leaves readers; unexplained: keep</c></summary>
    public static string Of(EntitlementSelection selection)
        => $"takes away {List(selection.Remove)}; leaves {List(selection.Keep)}; unexplained: {EnumText.Of(selection.Unexplained)}";

    private static string List(IReadOnlyList<string> entitlements) => entitlements.Count == 0 ? "nothing" : string.Join(" and ", entitlements);
}
