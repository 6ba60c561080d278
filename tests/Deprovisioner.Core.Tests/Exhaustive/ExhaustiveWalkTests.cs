using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>
/// Walks every state that small cases can reach: two events for one person, in either order and numbered either way, three steps on two systems in two stages, of which one destroys. At any point a step is sent, answers with
/// any outcome, does what it was sent for and is never heard of, or its system is shut; an operator acts; somebody looks; and time passes to when a later end comes, and to long after it.
/// </summary>
/// <remarks>
/// Bounded, so that it ends: an event comes once (the inbox sees to that), HR says nothing more of times than now and five days on, and only so many answers are other than hoped for, and acts are an operator's, as each walk
/// says. A step that failed in passing is tried again two minutes later. The mass guard's arithmetic, accounts that somebody changes between steps, and configurations that change have tests of their own.
/// </remarks>
public sealed class ExhaustiveWalkTests(ITestOutputHelper output)
{
    // About a minute together on two busy cores. For a change of the core, set DEPROVISIONER_WALK to 2: then everywhere two things are other than hoped for, or one and an operator's act, which takes much longer.
    private static readonly int Both = int.Parse(Environment.GetEnvironmentVariable("DEPROVISIONER_WALK") ?? "1", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Whatever_two_events_come_what_must_hold_holds_in_every_state()
        => Check(Pairs(Enum.GetValues<Told>(), Enum.GetValues<Told>(), [Numbered.Newer, Numbered.Older], Leavers.Plain), Both, 1, Both);

    [Fact]
    public void Events_of_one_number_are_taken_as_they_come()
        => Check(Pairs(Enum.GetValues<Told>(), Enum.GetValues<Told>(), [Numbered.Same], Leavers.Plain, Leavers.Approved, Leavers.Manual), 0, 0, 0);

    [Fact]
    public void Nothing_is_destroyed_without_approval_and_a_task_is_vouched_for_by_another()
        => Check(Pairs([Told.Terminated, Told.TerminatedLater], Enum.GetValues<Told>(), [Numbered.Newer], Leavers.Approved, Leavers.Manual), Both, 1, Both);

    [Fact]
    public void Two_things_go_wrong_and_who_is_back_still_has_everything_or_somebody_knows()
        => Check([.. Pairs([Told.Terminated], [Told.Rescinded], [Numbered.Newer], Leavers.Plain), .. Pairs([Told.LeaveStarted], [Told.LeaveEnded], [Numbered.Newer], Leavers.Plain)], 2, 1, 2);

    private static IEnumerable<SmallCase> Pairs(Told[] firsts, Told[] seconds, Numbered[] orders, params Leavers[] leavers)
        => from first in firsts
           from second in seconds
           from order in orders
           from leaver in leavers
           select new SmallCase(first, second, order, leaver);

    /// <param name="both">How many surprises and acts there are together at most.</param>
    private void Check(IEnumerable<SmallCase> cases, int surprises, int acts, int both)
    {
        var watch = Stopwatch.StartNew();
        var walked = new ConcurrentBag<(SmallCase Case, int States, long Transitions, long Decisions, string? Wrong)>();
        Parallel.ForEach(cases, new ParallelOptions { MaxDegreeOfParallelism = 2 }, small =>
        {
            var walk = new Walk(small, surprises, acts, both);
            var wrong = walk.Wrong();
            walked.Add((small, walk.States, walk.Transitions, walk.Decisions, wrong));
        });
        foreach (var one in walked.OrderBy(w => w.Case.First).ThenBy(w => w.Case.Second).ThenBy(w => w.Case.Order).ThenBy(w => w.Case.Leaver))
        {
            output.WriteLine($"{one.Case}: {one.States} states, {one.Transitions} transitions");
        }

        output.WriteLine($"{walked.Count} cases, {walked.Sum(w => (long)w.States)} states, {walked.Sum(w => w.Transitions)} transitions, {walked.Sum(w => w.Decisions)} decisions, {watch.Elapsed.TotalSeconds:F0} s");
        var broken = walked.Where(w => w.Wrong is not null).OrderBy(w => w.Wrong!.Length).Select(w => w.Wrong!).ToList();
        Assert.True(broken.Count == 0, $"{broken.Count} of {walked.Count} cases are wrong. One of them:\n{broken.FirstOrDefault()}");
    }
}
