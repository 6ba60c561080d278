using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>That a secret in an answer, such as a token that is to be revoked, becomes nothing that is kept: ids and names of entitlements stand in the audit, and so does what gives them back.</summary>
internal static class SecretCheck
{
    public static void Check(string facet, string path, DeclaredHolding holding, DeclarationFaults faults)
    {
        foreach (var secret in holding.List?.Secret ?? [])
        {
            if (facet == "entitlements" && new[] { holding.Id ?? RestHoldings.DefaultId, holding.Name }.OfType<Location>().Any(at => at.Member == secret.Member))
            {
                faults.Add($"{path}.list.secret", $"{secret} would be kept as the id or the name", "say with id: and name: what else distinguishes one and what people call it; or list it under credentials, of which only the number is kept");
            }

            if (RestHoldings.NamedBy(holding.Restore).Any(key => key.Length == 0 || key == secret.Member))
            {
                faults.Add($"{path}.restore", $"{secret} would be kept to give it back", "a secret is not given back: take it out");
            }
        }
    }
}
