using System.DirectoryServices.Protocols;
using Deprovisioner.Connectors.Ldap;

namespace Deprovisioner.Connectors.ActiveDirectory;

/// <summary>The immutable id of an object ([MS-ADA3], objectGUID). It stays when the object is renamed, moved or deleted.</summary>
internal static class ObjectGuid
{
    public const string Attribute = "objectGUID";

    /// <summary>Null: the entry was read without it, or it is hidden.</summary>
    public static Guid? Of(SearchResultEntry entry) => entry.Bytes(Attribute) is { Length: 16 } bytes ? new Guid(bytes) : null;

    public static string Text(Guid id) => id.ToString("D");

    /// <summary><c>(objectGUID=…)</c>; null where the text is none.</summary>
    public static string? Filter(string text) => Guid.TryParseExact(text, "D", out var id) ? LdapFilter.Equal(Attribute, id.ToByteArray()) : null;
}
