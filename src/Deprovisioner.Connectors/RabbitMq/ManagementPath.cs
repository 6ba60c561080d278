using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>
/// An address of the management API that ends in a name, each name one segment. Only such can be written to or deleted: with a segment empty,
/// dotted or torn in two the same verb would mean another thing (<c>DELETE /api/permissions/VHOST/NAME</c>, <c>DELETE /api/connections/NAME</c>).
/// </summary>
internal sealed class ManagementPath
{
    /// <summary>A request line may have 8,000 bytes (https://ninenines.eu/docs/en/cowboy/2.8/manual/cowboy_http/); two names and the rest share them.</summary>
    private const int LongestSegment = 3_000;

    private readonly string relative;
    private readonly int segments;

    private ManagementPath(string relative, int segments) => (this.relative, this.segments) = (relative, segments);

    public static ManagementPath User(string name) => new($"users/{Segment(name)}", 2);

    public static ManagementPath PermissionsOf(string name) => new($"users/{Segment(name)}/permissions", 3);

    public static ManagementPath Permission(string virtualHost, string name) => new($"permissions/{Segment(virtualHost)}/{Segment(name)}", 3);

    public static ManagementPath ConnectionLimit(string name) => new($"user-limits/{Segment(name)}/{UserResource.ConnectionLimit}", 3);

    public static ManagementPath ConnectionsOf(string name) => new($"connections/username/{Segment(name)}", 3);

    /// <summary>
    /// Whether the name can stand in an address at all. Dots alone cannot, escaped or not: client and server both take them for a way up. Nor can half a
    /// surrogate pair, which is no text in UTF-8.
    /// </summary>
    public static bool Holds(string name) => name.Length > 0 && name is not ("." or "..") && !HasHalfPair(name) && Uri.EscapeDataString(name).Length <= LongestSegment;

    /// <exception cref="SystemFaultException">The address would be another one than was meant.</exception>
    public Uri Under(Uri endpoint)
    {
        var address = new Uri(endpoint, relative);
        return address.AbsolutePath == endpoint.AbsolutePath + relative
            && address.Segments.Length == endpoint.Segments.Length + segments
            && address.Authority == endpoint.Authority
            && address.Query.Length == 0
            && address.Fragment.Length == 0
            ? address
            : throw new SystemFaultException(Unsafe);
    }

    private static Fault Unsafe => new(Outcome.Rejected, "unsafe-name", "The name cannot stand in an address without changing what it points to. Nothing was sent: use rabbitmqctl.");

    private static string Segment(string name) => Holds(name) ? Uri.EscapeDataString(name) : throw new SystemFaultException(Unsafe);

    private static bool HasHalfPair(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]) && !(i + 1 < name.Length && char.IsSurrogatePair(name[i], name[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
