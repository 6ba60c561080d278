using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Where a request goes: as many segments as the declaration has, on the server that it and the configuration name.</summary>
internal static class RestAddress
{
    /// <exception cref="SystemFaultException">With these values it would be another address than the one declared.</exception>
    public static Uri Of(Template path, IReadOnlyDictionary<string, IReadOnlyList<Template>> query, Uri endpoint, Scope scope)
    {
        var (start, rest) = path.Text.StartsWith('/') ? (endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/'), path) : Whole(path, scope);
        var below = Rendered.Text(rest, Place.Path, scope);
        var text = start + below;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address)
            || !Uri.TryCreate(start, UriKind.Absolute, out var root)
            || address.AbsolutePath != root.AbsolutePath.TrimEnd('/') + below
            || address.Authority != root.Authority
            || address.UserInfo.Length + address.Query.Length + address.Fragment.Length > 0)
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "unsafe-value", "With this value the address would point to something else. Nothing was sent."));
        }

        return query.Count == 0
            ? address
            : new Uri($"{text}?{string.Join('&', query.SelectMany(q => q.Value.Select(one => $"{Uri.EscapeDataString(q.Key)}={Rendered.Text(one, Place.Query, scope)}")))}");
    }

    /// <summary>A whole address, parted where its path begins: what stands before is settings and literals only, which the declaration's check sees to.</summary>
    private static (string Start, Template Below) Whole(Template address, Scope scope)
    {
        var slash = address.Text.IndexOf('/', address.Text.StartsWith("https://", StringComparison.Ordinal) ? "https://".Length : 0);
        var (start, rest) = slash < 0 ? (address.Text, "") : (address.Text[..slash], address.Text[slash..]);
        return (Rendered.Text(Template.Parse(start).Template!, Place.Plain, scope), Template.Parse(rest).Template!);
    }
}
