namespace Deprovisioner.Worker.Tests.Plans;

/// <summary>Compares a text with the approved file beside the test, so that a change of what it shows is seen in a diff and meant.</summary>
internal static class ApprovedText
{
    /// <param name="folder">Within this project.</param>
    /// <param name="name">The file is <c>NAME.txt</c>; what differs from it is written to <c>NAME.received.txt</c>.</param>
    public static void Matches(string folder, string name, string text)
    {
        var path = Path.Combine(Folder(folder), name);
        var received = text.TrimEnd('\n') + "\n";
        if (received == Of(folder, name))
        {
            File.Delete(path + ".received.txt");
            return;
        }

        File.WriteAllText(path + ".received.txt", received);
        Assert.Fail($"{folder}/{name} is other than approved:\n{Difference(Of(folder, name), received)}\nIf it is meant: mv {path}.received.txt {path}.txt\nAll at once: for f in {Folder(folder)}/*.received.txt; do mv $f ${{f%.received.txt}}.txt; done");
    }

    /// <summary>The approved text; empty where there is none.</summary>
    public static string Of(string folder, string name)
    {
        var path = Path.Combine(Folder(folder), name + ".txt");
        return File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
    }

    public static IEnumerable<string> Names(string folder)
        => Directory.GetFiles(Folder(folder), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Where(f => !f.EndsWith(".received", StringComparison.Ordinal));

    private static string Difference(string approved, string received)
    {
        var (one, other) = (approved.Split('\n'), received.Split('\n'));
        return string.Join('\n', one.Except(other).Select(line => "- " + line).Concat(other.Except(one).Select(line => "+ " + line)));
    }

    private static string Folder(string folder)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Deprovisioner.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return Path.Combine(root.FullName, "tests", "Deprovisioner.Worker.Tests", folder);
    }
}
