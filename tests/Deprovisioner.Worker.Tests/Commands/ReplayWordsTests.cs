using Deprovisioner.Storage.Reading;
using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class ReplayWordsTests
{
    [Fact]
    public void A_stopped_one_says_which_error_how_many_are_untouched_and_what_to_do()
    {
        var said = Said(Job("stopped") with { Untouched = 39, Failed = 1, StoppedStep = Guid.Empty, StoppedSystem = "crm", StoppedCode = "http-409", StoppedSame = true });

        Assert.Contains("Replay 7 (--system crm) is stopped: 1 failed, 39 untouched.", said, StringComparison.Ordinal);
        Assert.Contains("http-409 came back on crm; 39 steps are untouched. Once that is repaired: deprovisioner replay resume 7", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_previewed_one_says_what_each_step_would_do_and_that_nothing_was_replayed()
    {
        var said = Said(
            Job("ready") with { Untouched = 3 }, Line("previewed", "would-change", null), Line("previewed", "unknown", "crm cannot be asked now: paused by bob: upgrade"), Line("listed", null, null));

        Assert.Contains("would change it", said, StringComparison.Ordinal);
        Assert.Contains("cannot say: crm cannot be asked now: paused by bob: upgrade", said, StringComparison.Ordinal);
        Assert.Contains("no answer yet", said, StringComparison.Ordinal);
        Assert.Contains("Nothing was replayed. Start it: deprovisioner replay start 7", said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_shown_is_counted_and_what_it_waits_for_is_named()
    {
        var said = Said(Job("running") with { Untouched = 500 }, ["crm (paused by bob: upgrade)"], Line("listed", null, null));

        Assert.Contains("1 of 500 steps are shown.", said, StringComparison.Ordinal);
        Assert.Contains("It waits for crm (paused by bob: upgrade).", said, StringComparison.Ordinal);
    }

    private static string Said(ReplayLine job, params ReplayStepLine[] lines) => Said(job, [], lines);

    private static string Said(ReplayLine job, string[] obstacles, params ReplayStepLine[] lines)
    {
        var before = Console.Out;
        using var written = new StringWriter();
        try
        {
            Console.SetOut(written);
            ReplayWords.Print(new ReplayView(job, obstacles), lines, json: false);
            return written.ToString();
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    private static ReplayLine Job(string status)
        => new(7, "ann", "x", "ann", "x", "--system crm", status, "one", 0, 0, 0, 0, 0, 0, 0, 0, null, null, null, null, null, default, default);

    private static ReplayStepLine Line(string state, string? answer, string? detail)
        => new(new ReplayStepView(7, 0, default, default, "crm", "http-409", state, true, answer, detail, null, null, null, null, null), "disable-account", "P1");
}
