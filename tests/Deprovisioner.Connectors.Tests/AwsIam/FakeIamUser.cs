using System.Text.Json;

namespace Deprovisioner.Connectors.Tests.AwsIam;

/// <summary>A user of <see cref="FakeIam"/>, with all that may hang on one.</summary>
internal sealed class FakeIamUser(string id, string name)
{
    public string Id => id;

    public string Name { get; set; } = name;

    public string Arn => $"arn:aws:iam::{FakeIam.Account}:user/{Name}";

    public Dictionary<string, string> Tags { get; } = [];

    public bool Password { get; set; }

    public DateTimeOffset? PasswordLastUsed { get; set; }

    /// <summary>Kind, as in <c>DeleteAccessKey</c>; id; whether it is active.</summary>
    public List<FakeIamKey> Keys { get; } = [];

    public List<string> MfaDevices { get; } = [];

    public List<string> Groups { get; } = [];

    public List<string> Attached { get; } = [];

    public Dictionary<string, string> Inline { get; } = [];

    public string? Boundary { get; set; }

    /// <summary>By its own reading of the policies: whether a request of the user is denied, with a temporary credential of that age or with a key.</summary>
    public bool Denies(DateTimeOffset? issuedAt = null) => Inline.Values.Any(text =>
    {
        using var policy = JsonDocument.Parse(text);
        return policy.RootElement.GetProperty("Statement").EnumerateArray().Any(s =>
            s.GetProperty("Effect").GetString() == "Deny" && s.GetProperty("Action").ToString() == "*" && s.GetProperty("Resource").ToString() == "*"
            && (!s.TryGetProperty("Condition", out var condition)
                || (issuedAt is { } at && at < condition.GetProperty("DateLessThan").GetProperty("aws:TokenIssueTime").GetDateTimeOffset())));
    });

    public bool IsBare => !Password && Keys.Count == 0 && MfaDevices.Count == 0 && Groups.Count == 0 && Attached.Count == 0 && Inline.Count == 0;
}

internal sealed record FakeIamKey(string Kind, string Id)
{
    public bool Active { get; set; } = true;

    public DateTimeOffset? LastUsed { get; set; }
}
