namespace Deprovisioner.Testing;

/// <summary>The files of the repository that a test runs in.</summary>
public static class Repository
{
    private static readonly string Root = Find();

    /// <summary>The full path of a file or folder, named from the top.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Deprovisioner.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
