namespace Deprovisioner.Core.Tests;

/// <summary>Compares a text with the approved file beside the test, so that a change of what it shows is seen in a diff and meant.</summary>
internal static class Approved
{
    /// <param name="folder">The test's folder within this project.</param>
    /// <param name="name">The file is <c>NAME.approved.txt</c>; what differs from it is written to <c>NAME.received.txt</c>.</param>
    public static void Matches(string folder, string name, string text)
    {
        var path = Path.Combine(Repository(), "tests", "Deprovisioner.Core.Tests", folder, name);
        var received = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var approved = File.Exists(path + ".approved.txt") ? File.ReadAllText(path + ".approved.txt").ReplaceLineEndings("\n") : "";
        if (received == approved)
        {
            File.Delete(path + ".received.txt");
            return;
        }

        File.WriteAllText(path + ".received.txt", received);
        Assert.Fail($"{folder}/{name} is other than approved, first in line {FirstDifference(approved, received)}. If it is meant: mv {path}.received.txt {path}.approved.txt");
    }

    private static int FirstDifference(string approved, string received)
        => 1 + approved.Split('\n').Zip(received.Split('\n')).TakeWhile(lines => lines.First == lines.Second).Count();

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Deprovisioner.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
