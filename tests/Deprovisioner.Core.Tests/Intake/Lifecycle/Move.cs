namespace Deprovisioner.Core.Tests.Intake.Lifecycle;

/// <summary>One thing that happens in a history. As text it can be read, since a failing history is shown as a list of these.</summary>
internal abstract record Move
{
    /// <summary>HR decides something; the event arrives after so many further moves, and perhaps once more after as many again.</summary>
    /// <param name="Type">The short name of the event: hired, terminated …</param>
    /// <param name="InDays">When it takes effect, from when HR decides; null: at once, with no time given.</param>
    public sealed record Says(string Type, string Employment, int? InDays, int Late, bool Twice) : Move
    {
        public override string ToString() => $"HR: {Employment} {Type}{(InDays is { } days ? $" in {days} d" : "")}{(Late > 0 ? $", {Late} moves late" : "")}{(Twice ? ", twice" : "")}";
    }

    /// <summary>Time passes.</summary>
    public sealed record Passes(int Hours) : Move
    {
        public override string ToString() => $"{Hours} h pass";
    }

    /// <summary>What is due is sent to the systems. Of each step chance decides whether it succeeds, fails in passing, or is done and not yet reported.</summary>
    public sealed record Works(int Chance) : Move
    {
        public override string ToString() => $"systems work ({Chance})";
    }
}
