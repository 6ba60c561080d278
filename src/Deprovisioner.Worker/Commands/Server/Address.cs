using System.Globalization;
using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands.Server;

/// <summary>Addresses below the API's root, each value escaped for its place.</summary>
internal static class Address
{
    /// <summary>In one address, which must not become too long for a proxy.</summary>
    public const int MostIds = 100;

    public static string Of(string path, PageRequest page, params (string Name, object? Value)[] values) => Of(path, [("limit", page.Most), ("after", page.After), .. values]);

    public static string Of(string path, params (string Name, object? Value)[] values)
    {
        var said = values.Where(v => v.Value is not null).Select(v => $"{v.Name}={Uri.EscapeDataString(Text(v.Value!))}").ToList();
        return said.Count == 0 ? path : $"{path}?{string.Join('&', said)}";
    }

    private static string Text(object value)
        => value switch
        {
            bool flag => flag ? "true" : "false",
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTimeOffset at => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
