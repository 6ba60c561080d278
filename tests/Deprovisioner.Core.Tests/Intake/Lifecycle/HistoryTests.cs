using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Intake.Lifecycle;

/// <summary>Histories of chance: whatever HR decides, in whatever order it arrives, in the end each account is as the model says.</summary>
public sealed class HistoryTests(ITestOutputHelper output)
{
    // Take a few seconds. For a change of the code behind them, set DEPROVISIONER_HISTORIES to 150000 (a quarter of a minute), and DEPROVISIONER_SEED to the printed seed to see a failure again.
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("DEPROVISIONER_HISTORIES") ?? "20000", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly string[] Types = ["hired", "terminated", "terminated", "termination-rescinded", "leave-started", "leave-ended", "changed"];

    /// <summary>What only a person can decide.</summary>
    private static readonly string[] Excuses =
    [
        "cannot wait until",                    // An end in the future, for access that is being cut already.
        "is cutting it already: cancel that",   // Another employment keeps what is being cut.
        "nothing can be put back by itself",    // Steps were cancelled after tries that may have done something and never told what they found.
        "was not known, while saga",            // An update tells of an employment that nobody hired for, of somebody whose access ends.
    ];

    [Fact]
    public void In_the_end_each_account_is_as_the_model_says()
        => Check(history => Outcome(Run(history)));

    [Fact]
    public void Who_asks_a_person_has_a_reason_and_seldom()
    {
        var asked = 0;
        var reasons = new Dictionary<string, int>();
        Check(history =>
        {
            var held = Run(history).Held;
            asked += held.Count > 0 ? 1 : 0;
            foreach (var reason in held)
            {
                var excuse = Array.Find(Excuses, e => reason.Contains(e, StringComparison.Ordinal));
                reasons[excuse ?? reason] = reasons.GetValueOrDefault(excuse ?? reason) + 1;
            }

            return held.Find(reason => !Array.Exists(Excuses, e => reason.Contains(e, StringComparison.Ordinal)));
        });
        output.WriteLine($"In {asked} of {Count} a person was asked: {100.0 * asked / Count:F1} %");
        output.WriteLine(string.Join('\n', reasons.Select(r => $"{r.Value} x {r.Key}")));
        Assert.InRange(asked, 0, Count / 10);
    }

    /// <param name="wrong">What is wrong with a history; null: nothing.</param>
    private void Check(Func<List<Move>, string?> wrong)
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("DEPROVISIONER_SEED"), out var given) ? given : (ulong)Environment.TickCount64;
        output.WriteLine($"Seed {seed}, {Count} histories");
        var property = Prop.ForAll(Arb.From(History(), Shorter), history =>
        {
            var what = wrong(history);
            return Label(what is null, what + "\n" + Text(history));
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Count).WithEndSize(14).WithReplay(new Replay(new Rnd(seed), null)), property);
    }

    private static Property Label(bool holds, string text) => holds.Label(text);

    private static Gen<List<Move>> History()
    {
        var says =
            from type in Gen.Elements(Types)
            from employment in Gen.Elements("E1", "E1", "E2")
            from days in Gen.Elements<int?>(null, null, -3, 1, 5, 20, 90)
            from late in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 4)))
            from twice in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
            select (Move)new Move.Says(type, employment, days, late, twice);
        var passes = from hours in Gen.Elements(0, 1, 24, 24 * 4, 24 * 30) select (Move)new Move.Passes(hours);
        var works = from chance in Gen.Choose(0, 1000) select (Move)new Move.Works(chance);
        return Gen.ListOf(Gen.Frequency((4, says), (2, passes), (3, works))).Select(moves => moves.ToList());
    }

    /// <summary>With one move less, or one simpler.</summary>
    private static IEnumerable<List<Move>> Shorter(List<Move> history)
    {
        for (var i = 0; i < history.Count; i++)
        {
            yield return [.. history[..i], .. history[(i + 1)..]];
        }

        for (var i = 0; i < history.Count; i++)
        {
            if (history[i] is Move.Says says)
            {
                if (says.Twice)
                {
                    yield return [.. history[..i], says with { Twice = false }, .. history[(i + 1)..]];
                }

                if (says.Late > 0)
                {
                    yield return [.. history[..i], says with { Late = 0 }, .. history[(i + 1)..]];
                }

                if (says.InDays is not null)
                {
                    yield return [.. history[..i], says with { InDays = null }, .. history[(i + 1)..]];
                }
            }
        }
    }

    private static World Run(List<Move> history)
    {
        var world = new World();
        foreach (var move in history)
        {
            world.Do(move);
        }

        world.Settle();
        return world;
    }

    /// <summary>What a person was asked is theirs to decide: then the model has nothing to say.</summary>
    private static string? Outcome(World world)
    {
        if (world.Held.Count > 0)
        {
            return null;
        }

        var expected = Model.InTheEnd(world.Said, world.Now);
        var fits = world.Accounts.All(account => expected switch
        {
            Model.Access.Whole => account is { Enabled: true, Groups.Length: 2 },
            Model.Access.Resting => !account.Enabled,
            _ => account is { Enabled: false, Groups.Length: 0 },
        });
        var open = world.Sagas.FirstOrDefault(s => !s.IsOver);
        return fits && open is null
            ? null
            : $"Expected {expected}, but there is {string.Join(", ", world.Accounts.Select(a => $"{(a.Enabled ? "enabled" : "disabled")} [{string.Join(' ', a.Groups)}]"))}"
                + $"{(open is null ? "" : $"; a {open.Kind} saga is {open.Status}")}\n" + string.Join('\n', world.Log);
    }

    private static string Text(List<Move> history) => string.Join('\n', history);
}
