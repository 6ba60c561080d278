using Deprovisioner.Core.Guarding;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>guard</c>.</summary>
internal static class GuardReader
{
    private static readonly GuardSettings Silent = new();

    /// <summary>Null where the file has none, or a fault was added.</summary>
    public static GuardSettings? Read(YamlFields root)
    {
        const string Example = "{window: 24h, maxLeavers: 50, maxShare: 5%}";
        if (root.Take("guard") is not { } item || YamlFields.Of(item, "guard", root.Faults, Example) is not { } fields)
        {
            return null;
        }

        var window = fields.Span("window", TimeSpan.FromMinutes(1), TimeSpan.FromDays(366));
        var most = fields.Number("maxLeavers", 0, 1_000_000, whole: true);
        var share = Share(fields);
        var always = fields.Number("always", 0, 1_000_000, whole: true);
        fields.RefuseRest("window", "maxLeavers", "maxShare", "always");
        if (!fields.Has("maxLeavers") && !fields.Has("maxShare"))
        {
            root.Refuse("guard", "the guard has no limit", $"write maxLeavers, maxShare or both, like guard: {Example}");
        }

        return new()
        {
            Window = window ?? Silent.Window,
            MaxLeavers = (int?)most,
            MaxShare = share,
            Always = (int)(always ?? Silent.Always),
        };
    }

    private static double? Share(YamlFields fields)
    {
        if (fields.Text("maxShare", "5%") is not { } text)
        {
            return null;
        }

        if (text.EndsWith('%') && double.TryParse(text.AsSpan(0, text.Length - 1), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100)
        {
            return percent / 100;
        }

        fields.Refuse("maxShare", $"{Intake.Shown.Quoted(text)} is no share", "write a number and a percent sign, from 0% to 100%, like 5%");
        return null;
    }
}
