namespace Deprovisioner.Chaos.Workers;

/// <summary>What the workers have printed.</summary>
internal static class WorkerLogs
{
    /// <param name="folder">Null: nowhere.</param>
    /// <returns>The folder's full path.</returns>
    public static string? Keep(string? folder, Installation product)
    {
        if (folder is null)
        {
            return null;
        }

        var place = Directory.CreateDirectory(folder).FullName;
        foreach (var worker in product.All)
        {
            File.WriteAllText(Path.Combine(place, worker.Name + ".log"), worker.Log);
        }

        return place;
    }
}
