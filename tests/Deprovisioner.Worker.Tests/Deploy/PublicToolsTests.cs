using Deprovisioner.Testing;

namespace Deprovisioner.Worker.Tests.Deploy;

/// <summary>What other people's tools say of the files under <c>deploy/</c>. The tools are Debian's and npm's; <c>tests/run.sh</c> installs them.</summary>
public sealed class PublicToolsTests
{
    [Fact]
    public async Task Shellcheck_finds_nothing_in_any_script()
    {
        var scripts = Scripts().ToList();

        Assert.True(scripts.Count > 5);
        await Passes("shellcheck", ["-x", .. scripts]);
    }

    [Fact]
    public async Task Yamllint_finds_nothing()
        => await Passes("yamllint", ["--strict", "-c", Repository.PathOf("deploy", "yamllint.yaml"), Repository.PathOf("deploy")]);

    /// <summary>Misspelt keys too, which a server drops silently.</summary>
    [Fact]
    public async Task Kubernetes_manifests_compose_file_and_Dockerfile_are_what_their_schemas_say()
    {
        var checks = Repository.PathOf("tests", "Deprovisioner.Testing", "Manifests");
        await NodePackages.Install(checks);

        await Passes("node", [Path.Combine(checks, "check.mjs"), .. Manifests(), Repository.PathOf("deploy", "compose.yaml"), Repository.PathOf("deploy", "container", "Dockerfile")]);
    }

    [Theory]
    [InlineData("orchestrator.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true", "readOnlyRootFileSystem is unknown")]
    [InlineData("orchestrator.yaml", "runAsNonRoot: true", "runAsNonRoot: \"true\"", "runAsNonRoot type")]
    [InlineData("autoscaling.yaml", "maxReplicaCount", "maxReplicas", "maxReplicas is unknown")]
    [InlineData("network.yaml", "podSelector: {}", "podSelectors: {}", "podSelectors is unknown")]
    public async Task A_fault_in_a_manifest_is_found(string file, string right, string wrong, string said)
    {
        var checks = Repository.PathOf("tests", "Deprovisioner.Testing", "Manifests");
        await NodePackages.Install(checks);
        using var folder = new TemporaryFolder("manifest");
        var text = await File.ReadAllTextAsync(Repository.PathOf("deploy", "kubernetes", file));
        Assert.Contains(right, text, StringComparison.Ordinal);

        var check = await ServerProcess.Run("node", [Path.Combine(checks, "check.mjs"), folder.Write(file, text.Replace(right, wrong, StringComparison.Ordinal))], mayFail: true);

        Assert.Equal(1, check.ExitCode);
        Assert.Contains(said, check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Systemd_takes_the_units()
    {
        using var folder = new TemporaryFolder("units");

        var said = await Passes("systemd-analyze", ["verify", .. Units(folder)]);

        // It tells of keys that it does not know, and goes on.
        Assert.Equal("", said.Trim());
    }

    /// <summary>From 0 (sealed) to 100; a unit with no sandboxing has 96. README.md in deploy says what is left.</summary>
    [Fact]
    public async Task The_units_are_exposed_as_little_as_systemd_can_tell()
    {
        using var folder = new TemporaryFolder("units");

        await Passes("systemd-analyze", ["security", "--offline=true", "--no-pager", "--threshold=15", .. Units(folder)]);
    }

    public static IEnumerable<string> Manifests() => Directory.GetFiles(Repository.PathOf("deploy", "kubernetes"), "*.yaml").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Scripts()
        => Directory.GetFiles(Repository.PathOf("deploy"), "*.sh", SearchOption.AllDirectories).Concat(Directory.GetFiles(Repository.PathOf("tests"), "*.sh"))
            .Append(Repository.PathOf(".ci", "run"))

            // Those without a first line are sourced, and read where they are.
            .Where(script => File.ReadLines(script).First().StartsWith("#!", StringComparison.Ordinal));

    /// <summary>Copies whose programs are there, which is asked too.</summary>
    private static List<string> Units(TemporaryFolder folder)
        => [.. Directory.GetFiles(Repository.PathOf("deploy", "systemd"), "*.service").Select(unit => folder.Write(
            Path.GetFileName(unit),
            File.ReadAllText(unit).Replace("/opt/deprovisioner/deprovisioner", "/bin/true", StringComparison.Ordinal).Replace("/opt/deprovisioner-console/deprovisioner-console", "/bin/true", StringComparison.Ordinal)))];

    private static async Task<string> Passes(string tool, IEnumerable<string> arguments)
    {
        var (exitCode, output) = await ServerProcess.Run(tool, arguments, folder: Repository.PathOf(), mayFail: true);
        Assert.True(exitCode == 0, $"{tool} ended with {exitCode}:\n{output}");
        return output;
    }
}
