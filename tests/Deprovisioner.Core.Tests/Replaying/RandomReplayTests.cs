using Deprovisioner.Contracts;
using Deprovisioner.Core.Replaying;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Core.Tests.Sagas;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Replaying;

/// <summary>Replays to which anything happens at any time. What holds after every decision is checked by <see cref="ReplayRun"/>.</summary>
public sealed class RandomReplayTests(ITestOutputHelper output)
{
    private static readonly Outcome[] Answers =
        [Outcome.Changed, Outcome.Changed, Outcome.Changed, Outcome.Already, Outcome.Absent, Outcome.Rejected, Outcome.Ambiguous, Outcome.Transient, Outcome.Throttled, Outcome.Accepted, Outcome.Unauthorized];

    [Fact]
    public void Whatever_happens_nothing_is_sent_twice_or_after_its_end_and_every_step_ends_in_one_state()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        for (var round = 0; round < 400; round++)
        {
            try
            {
                Play(new Random(unchecked((seed * 31) + round)));
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}, round {round}: {error.Message}", error);
            }
        }
    }

    private static void Play(Random random)
    {
        var run = new ReplayRun(random.Next(1, 260), (ReplayStart)random.Next(3), _ => random.Next(2) == 0 ? "ldap" : "crm");
        var bad = random.Next(4) * 0.1;
        for (var moves = random.Next(200); moves > 0; moves--)
        {
            Move(run, random, bad);
        }

        run.Shut.Clear();
        for (var looks = 0; !(run.Job.IsOver && run.Job.Counts.Sent == 0); looks++)
        {
            Assert.True(looks < 5_000, $"It does not end: {run.Job}");
            run.Answer(Outcome.Observed);
            run.Now += TimeSpan.FromSeconds(30);
            run.UnderWay.Where(i => run.Step(i).Status is StepStatus.Due).ToList().ForEach(i => run.Report(i, Outcome.Changed));
            Look(run, int.MaxValue);
            _ = run.Job.Status switch { ReplayStatus.Ready => run.Start(), ReplayStatus.Stopped => run.Resume(), _ => null };
        }

        Assert.DoesNotContain(run.Items, i => i.IsUntouched || i.State is ReplayItemState.Sent);
    }

    private static void Move(ReplayRun run, Random random, double bad)
    {
        run.Now += TimeSpan.FromSeconds(random.Next(20));
        switch (random.Next(20))
        {
            case 0:
                run.Shut["crm"] = "paused";
                break;
            case 1:
                run.Shut.Clear();
                break;
            case 2:
                run.Start();
                break;
            case 3:
                run.Resume();
                break;
            case 4 when random.Next(10) == 0:
                run.Cancel();
                break;
            case 5:
                run.Answer(random.Next(2) == 0 ? Outcome.Observed : Outcome.Transient, "x");
                break;
            case 6:
                SomebodyActs(run, run.Items[random.Next(run.Items.Count)], random);
                break;
            case < 13:
                foreach (var item in run.UnderWay.Where(i => run.Step(i).Status is StepStatus.Due && random.Next(2) == 0).ToList())
                {
                    run.Report(item, random.NextDouble() < bad ? Answers[random.Next(Answers.Length)] : Outcome.Changed, random.Next(2) == 0 ? ReplayRun.Code : "new");
                }

                break;
            default:
                Look(run, random.Next(1, 300));
                break;
        }
    }

    /// <summary>Only a running replay sends, and only what it had not sent.</summary>
    private static void Look(ReplayRun run, int most)
    {
        var (status, before) = (run.Job.Status, run.Items.ToList());
        var decision = run.Look(most);
        var sent = decision.Changed.Where(i => i.State is ReplayItemState.Sent && i.Wave is not null && before[i.Ordinal].State is not ReplayItemState.Sent).ToList();
        Assert.Equal(sent.Count, decision.Sagas.Count);
        Assert.True(sent.Count == 0 || status is ReplayStatus.Running, $"sent while {status}");
        Assert.All(sent, i => Assert.True(before[i.Ordinal].IsUntouched));
        Assert.True(sent.Count == 0 || run.Job.Wave is not ReplayWave.One || sent.Count == 1, "more than one in the first wave");
        Assert.True(sent.Count <= (run.Job.Wave is ReplayWave.Ten ? 10 : ReplayTransitions.MostUnderWay), "more than its wave holds");
    }

    private static void SomebodyActs(ReplayRun run, ReplayItem item, Random random)
        => run.Try(item, random.Next(3) switch
        {
            0 => new SagaInput.Resolve(item.Step, "ticket", SagaRun.Somebody),
            1 => new SagaInput.Cancel(SagaRun.Somebody),
            _ => new SagaInput.Hold(new SagaHold(HoldReason.Guard, "Too many.", run.Now)),
        });
}
