using System.Buffers;
using System.Text;

namespace Deprovisioner.Connectors.Redis;

/// <summary>
/// Names of users. Redis takes any bytes but white space and NUL (ACLStringHasSpaces in https://github.com/redis/redis/blob/7.0/src/acl.c). Each travels as an argument of its own with its
/// length, in the place where a command has its name, so that nothing in it can become a rule.
/// </summary>
internal static class AclNames
{
    /// <summary>The user of a connection that names none; it cannot be deleted, and everybody who has no user of their own is it.</summary>
    public const string Default = "default";

    /// <summary>Whether a user can have this name; half of a surrogate pair would be sent as another sign.</summary>
    public static bool IsPossible(string name) => name.Length > 0 && !name.Any(c => c is '\0' or ' ' or (>= '\t' and <= '\r')) && IsUnicode(name);

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
