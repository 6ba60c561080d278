using Deprovisioner.Core.Policies;
using Deprovisioner.Core.Sagas;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;
using Outcome = Deprovisioner.Contracts.Outcome;

namespace Deprovisioner.Core.Tests.Sagas;

public sealed class ReportOrderTests(ITestOutputHelper output)
{
    private static readonly string[] Systems = ["a", "b", "c"];
    private static readonly string[] Actions = ["disable-account", "revoke-sessions", "remove-entitlements", "transfer-data", "delete-account"];
    private static readonly Outcome[] Successes = [Outcome.Changed, Outcome.Already, Outcome.Absent, Outcome.Observed];

    [Fact]
    public void In_whatever_order_successes_are_reported_the_saga_ends_the_same_but_for_times()
    {
        var seed = (ulong)Environment.TickCount64;
        output.WriteLine($"Seed {seed}");
        var stages =
            from stage in Gen.Choose(0, 2)
            from system in Gen.Elements(Systems)
            from action in Gen.Elements(Actions)
            from success in Gen.Elements(Successes)
            select (stage, Name: $"{system} {action}", success);
        var cases =
            from steps in Gen.NonEmptyListOf(stages)
            from one in Gen.Choose(0, int.MaxValue - 1)
            from other in Gen.Choose(0, int.MaxValue - 1)
            select (Steps: steps.DistinctBy(s => s.Name).OrderBy(s => s.stage).ToList(), one, other);
        var property = Prop.ForAll(Arb.From(cases), c => Final(c.Steps, new Random(c.one)) == Final(c.Steps, new Random(c.other)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(new Replay(new Rnd(seed), null)), property);
    }

    /// <summary>Sends whatever is due, and reports what is under way in an order of chance, some of it twice.</summary>
    private static string Final(List<(int Stage, string Name, Outcome Success)> steps, Random random)
    {
        var run = SagaRun.Of(SagaRun.End, new RetryBudget(), [.. steps.GroupBy(s => s.Stage).Select(g => new StageText($"stage-{g.Key}", [.. g.Select(s => s.Name)]))]);
        while (!run.Saga.IsOver)
        {
            run.Send([.. steps.Where(s => run.Step(s.Name).Status is StepStatus.Due).Select(s => s.Name)]);
            var underWay = steps.Where(s => run.Step(s.Name).Status is StepStatus.InFlight).ToList();
            var (_, name, success) = underWay[random.Next(underWay.Count)];
            Assert.Null(run.Report(name, success).Refusal);
            if (random.Next(3) == 0)
            {
                Assert.NotNull(run.Report(name, success).Refusal);
            }

            run.Now += TimeSpan.FromSeconds(random.Next(100));
        }

        Assert.Equal(steps.Count, run.Recorded.Count(type => type == "step-reported"));
        var timeless = run.Saga with { ContainedAt = null, CompletedAt = null, Steps = [] };
        var ended = run.Saga.Steps.Select(step => (step with { DueAt = null, FirstDueAt = null, SettledAt = null }).ToString());
        return $"{timeless with { Stages = [] }}\n{string.Join('\n', ended)}\n{string.Join(' ', run.Notices.Order())}";
    }
}
