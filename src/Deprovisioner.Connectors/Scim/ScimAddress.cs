using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Scim;

/// <summary>
/// One user or one group: the only thing that a PATCH, PUT or DELETE can be sent to. Exists only with a usable id, and says so again when it
/// becomes an address: with an empty or dotted last segment the same request would hit the collection, or something else.
/// </summary>
internal sealed class ScimAddress
{
    private const int LongestId = 1_000;

    private ScimAddress(string collection, string id)
    {
        if (!Usable(id))
        {
            throw new SystemFaultException(Unsafe);
        }

        (Collection, Id) = (collection, id);
    }

    public string Collection { get; }

    public string Id { get; }

    private static Fault Unsafe => new(Outcome.Rejected, "unsafe-id", "The id cannot stand in an address without changing what it points to. Nothing was sent.");

    public static ScimAddress User(string id) => new(ScimNames.Users, id);

    public static ScimAddress Group(string id) => new(ScimNames.Groups, id);

    /// <summary>The address below the service's base: exactly one segment after the collection.</summary>
    public Uri Under(Uri endpoint)
    {
        var path = $"{Collection}/{Uri.EscapeDataString(Id)}";
        var address = new Uri(endpoint, path);
        return address.AbsolutePath == endpoint.AbsolutePath + path
            && address.Segments.Length == endpoint.Segments.Length + 2
            && address.Authority == endpoint.Authority
            && address.Query.Length == 0
            && address.Fragment.Length == 0
            ? address
            : throw new SystemFaultException(Unsafe);
    }

    /// <summary>
    /// RFC 7643 section 3.1 makes an id any text. Refused are those which a server or proxy that decodes (once or twice) or trims a path could
    /// read as another path, those that end a text in a filter, and surrogates, which escaping replaces where they are not in pairs.
    /// </summary>
    private static bool Usable(string id)
        => id.Length is > 0 and <= LongestId
            && id is not ("." or "..")
            && id.Trim().Length == id.Length
            && !id.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '/' or '\\' or '%' or '"');
}
