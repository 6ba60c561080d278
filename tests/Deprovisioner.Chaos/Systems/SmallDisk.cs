using Deprovisioner.Testing;

namespace Deprovisioner.Chaos.Systems;

/// <summary>A disk of some hundred megabytes, in memory, that can be filled and freed. Mounting it needs root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Megabytes = 400;

    private readonly TemporaryFolder folder;

    private SmallDisk(TemporaryFolder folder) => this.folder = folder;

    public string Path => folder.Path;

    private string Ballast => folder["ballast"];

    /// <summary>The disk, or why there is none.</summary>
    public static async Task<(SmallDisk? Disk, string? Obstacle)> Mount()
    {
        var place = new TemporaryFolder("disk");
        try
        {
            var (code, output) = await ServerProcess.Run("mount", ["-t", "tmpfs", "-o", $"size={Megabytes}m,mode=755", "tmpfs", place.Path], mayFail: true);
            if (code == 0)
            {
                return (new SmallDisk(place), null);
            }

            place.Dispose();
            return (null, output.Trim());
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            place.Dispose();
            return (null, missing.Message);
        }
    }

    /// <summary>Takes all that is free.</summary>
    public void Fill()
    {
        var portion = new byte[1 << 16];
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 1);
        try
        {
            while (true)
            {
                file.Write(portion);
            }
        }
        catch (IOException)
        {
            // No space left on device: that is what was wanted.
        }
    }

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        // Lazily: a process that has just been killed may not have let go yet.
        await ServerProcess.Run("umount", ["-l", folder.Path], mayFail: true);
        folder.Dispose();
    }
}
