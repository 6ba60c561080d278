namespace Deprovisioner.Contracts;

/// <summary>One configured system, as orchestrator and connector host both see it. Secrets are still references here.</summary>
public sealed record SystemSettings
{
    public required SystemName Name { get; init; }

    /// <summary>The connector's name: <c>ldap</c>, <c>scim</c>, <c>postgres</c>, <c>manual</c>.</summary>
    public required string Connector { get; init; }

    /// <summary>
    /// The connector's own settings as text, nested keys joined by dots and list items numbered from 0
    /// (<c>baseDn</c>, <c>groups.0</c>). Values may hold <c>${env:NAME}</c> and <c>${file:/path}</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>How a person's account is found; null for a system that finds none (manual).</summary>
    public AccountMatch? Match { get; init; }

    /// <summary>
    /// The value that finds an account which always exists. "No such account" is believed only while the same credential can
    /// see the canary; null: nothing vouches for absence.
    /// </summary>
    public string? Canary { get; init; }

    /// <summary>True: everything runs but the change itself.</summary>
    public bool Observe { get; init; }

    public SystemLimits Limits { get; init; } = new();
}

/// <summary>Find the account whose <paramref name="Attribute"/> is the person's <paramref name="Value"/>.</summary>
/// <param name="Attribute">The target's attribute; null: the connector's natural key (PostgreSQL: the role's name).</param>
/// <param name="Value">A key of <see cref="StepCommand.Facts"/>, such as <c>person.email</c>.</param>
public sealed record AccountMatch(string? Attribute, string Value);

/// <summary>How hard a system may be worked, by all replicas together.</summary>
public sealed record SystemLimits
{
    /// <summary>Steps under way at once; 1 to 1,000, 8 unless told.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Steps started in a second, on average; 0.01 to 10,000, 50 unless told.</summary>
    public double PerSecond { get; init; } = 50;

    /// <summary>How long one call to the system may take; 10 s unless told.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a sent step may stay unanswered before it is sent again; 2 min unless told, and never under three time-outs.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>What a kind of connector is able to do, known without reaching any system or secret.</summary>
/// <param name="Connector">Its name in the configuration.</param>
/// <param name="Actions">The actions it supports.</param>
/// <param name="Settings">The keys it takes beside those that every system has.</param>
/// <param name="FindsAccounts">False: it has no accounts to match (manual), and <c>match</c> is refused.</param>
public sealed record ConnectorDescription(
    string Connector,
    IReadOnlySet<StepAction> Actions,
    IReadOnlyList<SettingDescription> Settings,
    bool FindsAccounts = true);

/// <summary>One key of a connector's settings.</summary>
/// <param name="Key">Dotted, as in <see cref="SystemSettings.Values"/>.</param>
/// <param name="Kind">What its value must look like.</param>
/// <param name="Required">Whether the check refuses a system without it.</param>
/// <param name="Help">One sentence with the default and an example.</param>
/// <param name="Allowed">The allowed texts for <see cref="SettingKind.Choice"/>.</param>
public sealed record SettingDescription(string Key, SettingKind Kind, bool Required, string Help, IReadOnlyList<string>? Allowed = null);

/// <summary>What a setting's value must look like.</summary>
public enum SettingKind
{
    Text,

    /// <summary>An absolute URL.</summary>
    Url,

    /// <summary>A secret: must be a reference, never a value.</summary>
    Secret,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    Integer,

    /// <summary>A number with a unit: <c>10s</c>, <c>5m</c>, <c>4h</c>, <c>2d</c>.</summary>
    Duration,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>A list of texts.</summary>
    List,
}
