using System.Text.Json;

namespace Deprovisioner.Core.Intake;

/// <summary>Several messages that came as one, such as a file or the body of a request.</summary>
public static class HrEventBatch
{
    /// <summary>An array's items one by one; anything else as it is, since bad input belongs in quarantine with its own bytes.</summary>
    public static IReadOnlyList<byte[]> Split(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind is JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(item => JsonSerializer.SerializeToUtf8Bytes(item))] : [bytes];
        }
        catch (JsonException)
        {
            return [bytes];
        }
    }
}
