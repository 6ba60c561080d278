using Microsoft.EntityFrameworkCore.Migrations;

namespace Deprovisioner.Storage.Migrations;

/// <summary>The SQL files that stand beside the migrations.</summary>
internal static class MigrationText
{
    /// <summary>
    /// The first line of a file whose statements run one by one, each for itself: <c>create index concurrently</c> and <c>validate constraint</c>. After a stop between two of them the whole file runs again, so each can be
    /// repeated.
    /// </summary>
    public const string Outside = "-- outside a transaction";

    /// <summary>For statements behind which everybody else would queue up. Half of deadlock_timeout.</summary>
    public const string ShortWaits = "set lock_timeout = '500ms'";

    /// <summary>For statements that wait for others while nobody waits for them.</summary>
    private const string LongWaits = "set lock_timeout = 0";

    public static string Of(string id) => Resource($"{id}.sql");

    /// <summary>What is granted after them.</summary>
    public static string Rights() => Resource("rights");

    private static string Resource(string name)
    {
        using var file = typeof(MigrationText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no SQL file {name}.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    /// <summary>Adds what a file says to a migration, as its first line wants it.</summary>
    public static void Run(MigrationBuilder builder, string text)
    {
        if (!text.StartsWith(Outside, StringComparison.Ordinal))
        {
            builder.Sql(text);
            return;
        }

        builder.Sql(LongWaits, suppressTransaction: true);
        foreach (var statement in MigrationStatements.Of(text))
        {
            builder.Sql(statement, suppressTransaction: true);
        }
    }
}
