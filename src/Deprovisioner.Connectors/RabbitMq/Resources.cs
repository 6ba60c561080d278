using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deprovisioner.Connectors.RabbitMq;

/// <summary>Who the credential is (<c>/api/whoami</c>).</summary>
internal sealed record Identity(string Name, JsonElement Tags)
{
    public bool IsAdministrator => TagList.Of(Tags).Contains("administrator", StringComparer.Ordinal);
}

/// <summary>A user as the API has it. No record: its text form would show the password's hash.</summary>
internal sealed class UserResource
{
    /// <summary>https://www.rabbitmq.com/docs/user-limits</summary>
    public const string ConnectionLimit = "max-connections";

    [JsonRequired]
    public string Name { get; init; } = "";

    /// <summary>Empty: no password is accepted (https://www.rabbitmq.com/docs/passwords). Null: not shown.</summary>
    public string? PasswordHash { get; init; }

    public string? HashingAlgorithm { get; init; }

    public JsonElement Tags { get; init; }

    public JsonElement Limits { get; init; }

    [JsonIgnore]
    public IReadOnlyList<string> TagNames => TagList.Of(Tags);

    /// <summary>How many connections may be open at once; null: as many as it likes, which a negative number says too.</summary>
    [JsonIgnore]
    public int? MostConnections
        => Limits.ValueKind == JsonValueKind.Object && Limits.TryGetProperty(ConnectionLimit, out var limit) && limit.TryGetInt32(out var most) && most >= 0 ? most : null;
}

/// <summary>Tags are a list from version 3.9, and were a text with commas.</summary>
internal static class TagList
{
    public static IReadOnlyList<string> Of(JsonElement tags) => tags.ValueKind switch
    {
        JsonValueKind.Array => [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)],
        JsonValueKind.String => tags.GetString()!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        _ => [],
    };
}

/// <summary>What a user may do in a virtual host, each a regular expression over names (https://www.rabbitmq.com/docs/access-control#authorisation).</summary>
internal sealed record Permission(string User, string Vhost, string Configure, string Write, string Read);

/// <summary>The cluster as a whole (<c>/api/overview</c>).</summary>
internal sealed record Overview(string? RabbitmqVersion, IReadOnlyList<Listener>? Listeners)
{
    /// <summary>Only what is used of it: the whole has all statistics.</summary>
    public const string Address = "overview?columns=rabbitmq_version,listeners.protocol";

    /// <summary>Whether any node takes connections of the stream protocol, encrypted or not.</summary>
    public bool HasStreams => Listeners?.Any(l => l.Protocol?.StartsWith("stream", StringComparison.Ordinal) is true) is true;
}

internal sealed record Listener(string? Protocol);

/// <summary>A feature that a cluster has once all its nodes do (<c>/api/feature-flags</c>).</summary>
internal sealed record FeatureFlag(string Name, string? State);
