namespace Deprovisioner.Connectors.Scim;

/// <summary>Names that the standard gives.</summary>
internal static class ScimNames
{
    // RFC 7644 section 3.2.
    public const string Users = "Users";
    public const string Groups = "Groups";
    public const string ServiceProviderConfig = "ServiceProviderConfig";

    // RFC 7644 section 8.2.
    public const string PatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    public const string SearchSchema = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
}
