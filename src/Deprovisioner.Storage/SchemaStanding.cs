namespace Deprovisioner.Storage;

/// <summary>How a database's schema and a program stand to each other.</summary>
/// <param name="Missing">What the program needs and the database lacks. A contract is never needed.</param>
/// <param name="Newer">What the database has and the program does not know. As a rule it only adds, and the program works on.</param>
/// <param name="ClosedBy">The migration that took away what this program needs; null: none did.</param>
public sealed record SchemaStanding(IReadOnlyList<MigrationName> Missing, IReadOnlyList<MigrationName> Newer, MigrationName? ClosedBy)
{
    /// <summary>Why the program must not work, and what to do, in one sentence; null: it may.</summary>
    public string? Obstacle
        => ClosedBy is { } closed ? $"the database was brought to {closed}, with which this version cannot work: start a newer one."
            : Missing.Count > 0 ? $"the database lacks {string.Join(", ", Missing)}: run 'deprovisioner migrate'."
            : null;

    /// <param name="known">By the program.</param>
    /// <param name="applied">To the database.</param>
    public static SchemaStanding Of(IReadOnlyList<MigrationName> known, IReadOnlyList<MigrationName> applied)
    {
        var newest = known.Max(name => name.Number);
        var newer = applied.Except(known).ToList();
        return new SchemaStanding([.. known.Except(applied).Where(name => name.WorksFrom is null)], newer, newer.LastOrDefault(name => name.WorksFrom > newest));
    }
}
