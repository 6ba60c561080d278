using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Sdk;

/// <summary>
/// What a selection means for an account as it is now. What is to stay is recognised by id or name without regard to case, so that no
/// spelling costs anybody what they need; what is to go, by its id exactly, or by a name that only one has.
/// </summary>
/// <param name="Remove">To be taken away; with an owner elsewhere they remain, and that is told.</param>
/// <param name="Unexplained">Those that the selection does not name.</param>
/// <param name="Ambiguity">Why it cannot be said what is meant; null: it can.</param>
public sealed record EntitlementChoice(IReadOnlyList<Entitlement> Remove, IReadOnlyList<Entitlement> Unexplained, string? Ambiguity)
{
    /// <param name="selection">Null: everything goes.</param>
    /// <param name="present">What the account has.</param>
    public static EntitlementChoice Of(EntitlementSelection? selection, IReadOnlyList<Entitlement> present)
    {
        if (selection is null)
        {
            return new(present, [], null);
        }

        var open = present.Where(one => !IsKept(selection, one)).ToList();
        var named = selection.Remove.Select(text => (Text: text, Meant: Meant(text, open))).ToList();
        var remove = named.SelectMany(n => n.Meant).Distinct().ToList();
        var unexplained = open.Except(remove).ToList();
        var ambiguous = named.Find(n => n.Meant.Count > 1).Text;
        return new(
            selection.Unexplained is UnexplainedEntitlements.Revoke ? open : remove,
            unexplained,
            ambiguous is null ? null : $"Several entitlements of the account are called {ambiguous}: write the id of the one that is meant.");
    }

    private static bool IsKept(EntitlementSelection selection, Entitlement one)
        => selection.Keep.Any(keep => keep.Equals(one.Id, StringComparison.OrdinalIgnoreCase) || keep.Equals(one.Name, StringComparison.OrdinalIgnoreCase));

    private static List<Entitlement> Meant(string text, List<Entitlement> open)
        => open.FindAll(one => one.Id == text) is { Count: > 0 } byId
            ? byId
            : open.FindAll(one => text.Equals(one.Name, one.NameIgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
}
