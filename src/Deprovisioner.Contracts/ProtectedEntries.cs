namespace Deprovisioner.Contracts;

/// <summary>
/// Who and what is never touched without somebody deciding so: break-glass and service accounts, people whose leaving somebody must look at first. Known to the
/// orchestrator, which holds their sagas, and to each connector host, which asks its own copy once more.
/// </summary>
/// <param name="People">Patterns of person ids. A person's steps run once a person here has released their saga.</param>
/// <param name="Accounts">Patterns of account names or immutable ids by the system's name, or by <see cref="EverySystem"/>. No release reaches these: who wants one cut takes it off the list.</param>
public sealed record ProtectedEntries(IReadOnlyList<string> People, IReadOnlyDictionary<string, IReadOnlyList<string>> Accounts)
{
    /// <summary>Stands for all systems.</summary>
    public const string EverySystem = "*";

    /// <summary>The code of a report about a protected account, or one that its system guards itself.</summary>
    public const string AccountCode = "protected";

    /// <summary>The code of a report about a protected person: the orchestrator, whose list may be older, then holds the saga.</summary>
    public const string PersonCode = "protected-person";

    public static ProtectedEntries None { get; } = new([], new Dictionary<string, IReadOnlyList<string>>());

    public bool Covers(PersonId person) => People.Any(pattern => NamePattern.Matches(pattern, person.Value));

    /// <summary>The pattern that covers one of the names that an account goes by; null: it is not protected.</summary>
    public string? Covering(SystemName system, IEnumerable<string> names)
        => Accounts.GetValueOrDefault(system.Value, []).Concat(Accounts.GetValueOrDefault(EverySystem, []))
            .FirstOrDefault(pattern => names.Any(name => NamePattern.Matches(pattern, name)));
}
