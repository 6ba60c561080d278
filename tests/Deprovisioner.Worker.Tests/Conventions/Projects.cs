using System.Xml.Linq;

namespace Deprovisioner.Worker.Tests.Conventions;

/// <summary>What the project files under <c>src/</c> say of each other.</summary>
internal static class Projects
{
    public static IReadOnlyList<string> All { get; } = [.. Directory.GetDirectories(Source()).Select(Path.GetFileName).OfType<string>().Where(name => File.Exists(FileOf(name))).Order()];

    /// <summary>The projects that it names itself.</summary>
    public static IReadOnlyList<string> References(string project) => [.. Includes(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))];

    /// <summary>The projects that it reaches.</summary>
    public static IReadOnlySet<string> Reached(string project)
    {
        var reached = new HashSet<string>();
        var ahead = new Queue<string>(References(project));
        while (ahead.TryDequeue(out var next))
        {
            if (reached.Add(next))
            {
                References(next).ToList().ForEach(ahead.Enqueue);
            }
        }

        return reached;
    }

    /// <summary>The packages that it, or a project that it reaches, names.</summary>
    public static IReadOnlySet<string> Packages(string project)
        => Reached(project).Append(project).SelectMany(p => Includes(p, "PackageReference")).ToHashSet();

    private static IEnumerable<string> Includes(string project, string element)
        => XDocument.Load(FileOf(project)).Descendants(element).Select(e => (string?)e.Attribute("Include") ?? throw new InvalidOperationException($"{project}: a {element} without Include."));

    private static string FileOf(string project) => Path.Combine(Source(), project, project + ".csproj");

    private static string Source()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Deprovisioner.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return Path.Combine(folder.FullName, "src");
    }
}
