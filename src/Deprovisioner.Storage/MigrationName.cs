using System.Globalization;

namespace Deprovisioner.Storage;

/// <summary>
/// What a migration is called: <c>0014_words</c>, or <c>0016_contract_0014_words</c> where it takes something away: then only programs may work that know migration 14 or a later one. The name says it, since the names of
/// what was applied are all that an older program can read of a newer schema.
/// </summary>
/// <param name="WorksFrom">The number of the migration that a program must know to work on after this one; null: any may.</param>
public sealed record MigrationName(string Text, int Number, int? WorksFrom)
{
    private const string Contract = "contract";

    /// <exception cref="FormatException">It is called otherwise.</exception>
    public static MigrationName Parse(string text)
    {
        var parts = text.Split('_');
        return new MigrationName(text, int.Parse(parts[0], CultureInfo.InvariantCulture), parts is [_, Contract, var from, ..] ? int.Parse(from, CultureInfo.InvariantCulture) : null);
    }

    public override string ToString() => Text;
}
