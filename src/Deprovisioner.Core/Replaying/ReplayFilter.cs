using System.Globalization;
using Deprovisioner.Contracts;

namespace Deprovisioner.Core.Replaying;

/// <summary>Which failed steps are replayed: those of which everything that is said here is true.</summary>
public sealed record ReplayFilter
{
    /// <summary>Steps, and sagas, by their ids: a step that is one of them or belongs to one of them. Empty: any.</summary>
    public IReadOnlyList<Guid> Ids { get; init; } = [];

    public string? System { get; init; }

    /// <summary>The step's code; of one without, its outcome.</summary>
    public string? Code { get; init; }

    public StepAction? Action { get; init; }

    /// <summary>The name of the saga's policy.</summary>
    public string? Policy { get; init; }

    /// <summary>The saga's kind, <c>leaver</c> for instance.</summary>
    public string? Kind { get; init; }

    public string? Person { get; init; }

    /// <summary>Failed at this time or later, UTC.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Failed before this time, UTC.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Whether nothing was said: then every failed step is meant, which nobody says by accident.</summary>
    public bool IsEmpty => ToString().Length == 0;

    /// <summary>As a person would say it at the command line; of many ids how many they are.</summary>
    public override string ToString()
    {
        string?[] said =
        [
            Ids.Count > 3 ? $"{Ids.Count} steps or sagas" : Ids.Count > 0 ? string.Join(' ', Ids) : null,
            Said("system", System), Said("code", Code), Said("action", Action is { } action ? EnumText.Of(action) : null),
            Said("policy", Policy), Said("kind", Kind), Said("person", Person),
            Said("since", Since?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)), Said("before", Before?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ];
        return string.Join(' ', said.OfType<string>());
    }

    private static string? Said(string name, string? value) => value is null ? null : $"--{name} {value}";
}
