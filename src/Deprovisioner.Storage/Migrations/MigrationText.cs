namespace Deprovisioner.Storage.Migrations;

/// <summary>The SQL files that stand beside the migrations.</summary>
internal static class MigrationText
{
    public static string Of(string id)
    {
        using var file = typeof(MigrationText).Assembly.GetManifestResourceStream($"{id}.sql")
            ?? throw new InvalidOperationException($"Migration {id} has no SQL file in the assembly.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
