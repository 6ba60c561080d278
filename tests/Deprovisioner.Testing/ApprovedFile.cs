namespace Deprovisioner.Testing;

/// <summary>Compares a text with an approved file beside the test, so that a change of what it shows is seen in a diff and meant.</summary>
public static class ApprovedFile
{
    /// <summary>Null where they are equal; else what to do. What differs from <c>NAME.approved.txt</c> is written to <c>NAME.received.txt</c>.</summary>
    /// <param name="project">The test project's folder.</param>
    /// <param name="folder">The test's folder within it.</param>
    /// <param name="name">The file's, without its ending.</param>
    public static string? Difference(string project, string folder, string name, string text)
    {
        var path = Repository.PathOf("tests", project, folder, name);
        var received = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var approved = File.Exists(path + ".approved.txt") ? File.ReadAllText(path + ".approved.txt").ReplaceLineEndings("\n") : "";
        if (received == approved)
        {
            File.Delete(path + ".received.txt");
            return null;
        }

        File.WriteAllText(path + ".received.txt", received);
        return $"{folder}/{name} is other than approved, first in line {FirstDifference(approved, received)}. If it is meant: mv {path}.received.txt {path}.approved.txt";
    }

    private static int FirstDifference(string approved, string received)
        => 1 + approved.Split('\n').Zip(received.Split('\n')).TakeWhile(lines => lines.First == lines.Second).Count();
}
