namespace Deprovisioner.Storage.Migrations;

/// <summary>The SQL files that stand beside the migrations.</summary>
internal static class MigrationText
{
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
}
