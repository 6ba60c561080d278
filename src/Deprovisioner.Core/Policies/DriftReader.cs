using Deprovisioner.Core.Drift;
using Deprovisioner.Core.Intake;
using Deprovisioner.Core.Policies.Yaml;

namespace Deprovisioner.Core.Policies;

/// <summary>Reads <c>drift</c>.</summary>
internal static class DriftReader
{
    private const string Example = "{after: 1h, every: 1d, for: 90d, then: cut}";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);
    private static readonly DriftSettings Silent = new();

    /// <summary>Null: nothing is read again. A file that says nothing of it means the defaults: access is gone only as long as it stays gone.</summary>
    public static DriftSettings? Read(YamlFields root)
    {
        switch (root.Take("drift"))
        {
            case null:
                return Silent;
            case YamlText { Value: "off" }:
                return null;
            case YamlText text:
                root.Refuse("drift", $"{Shown.Quoted(text.Value)} says nothing of drift", $"write off, or when accounts are read again, like drift: {Example}");
                return null;
            case var item:
                return YamlFields.Of(item, "drift", root.Faults, Example) is { } fields ? Read(root, fields) : null;
        }
    }

    private static DriftSettings Read(YamlFields root, YamlFields fields)
    {
        var settings = new DriftSettings
        {
            After = fields.Span("after", Shortest, Year) ?? Silent.After,
            Every = fields.Span("every", Shortest, Year) ?? Silent.Every,
            For = fields.Span("for", Shortest, Durations.Longest) ?? Silent.For,
            Then = Then(fields),
        };
        fields.RefuseRest("after", "every", "for", "then");
        if (settings.For < settings.After)
        {
            root.Refuse("drift", "'for' is over before 'after' has passed: nothing would ever be read again", "write a longer 'for', a shorter 'after', or drift: off");
        }

        return settings;
    }

    private static DriftAnswer Then(YamlFields fields)
    {
        var then = fields.Text("then", "cut");
        if (then is not (null or "cut" or "hold"))
        {
            fields.Refuse("then", $"{Shown.Quoted(then)} is nothing that can follow", Suggestion.Remedy(then, ["cut", "hold"]));
        }

        return then == "hold" ? DriftAnswer.Hold : DriftAnswer.Cut;
    }
}
