using System.Text;
using System.Text.Json;
using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Rest;

/// <summary>The next page as a text that the host carries.</summary>
internal static class PageCursor
{
    public static string Write(NextPage next) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(next));

    /// <exception cref="SystemFaultException">It was never written here.</exception>
    public static NextPage? Read(string? cursor)
    {
        try
        {
            return cursor is null ? null : JsonSerializer.Deserialize<NextPage>(Encoding.UTF8.GetString(Convert.FromBase64String(cursor))) is { Value: not null, First: not null } next ? next : throw new SystemFaultException(Fault.BadCursor());
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new SystemFaultException(Fault.BadCursor());
        }
    }
}
