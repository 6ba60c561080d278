using Deprovisioner.Connectors.Manual;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Manual;

public sealed class ManualTests
{
    [Fact]
    public async Task A_task_is_given_to_its_owner_with_a_due_time()
    {
        var before = TimeProvider.System.GetUtcNow();
        var report = await Run(Settings(("owner", "facilities"), ("within", "4h")), instruction: " Take the badge. ");

        Assert.Equal((Outcome.Accepted, "manual"), (report.Outcome, report.Code));
        Assert.StartsWith($"facilities has until {before.AddHours(4):yyyy-MM-dd}", report.Message, StringComparison.Ordinal);
        Assert.EndsWith("Take the badge.", report.Message, StringComparison.Ordinal);
        Assert.Equal(("facilities", false), (report.Task!.Owner, report.Task.VerificationRequired));
        Assert.InRange(report.Task.DueAt, before.AddHours(4), TimeProvider.System.GetUtcNow().AddHours(4));
    }

    [Fact]
    public async Task Somebody_else_must_vouch_for_it_where_the_system_says_so()
        => Assert.True((await Run(Settings(("owner", "facilities"), ("verify", "required")))).Task!.VerificationRequired);

    [Fact]
    public async Task In_observe_mode_nobody_is_asked()
        => Assert.Equal(Outcome.Observed, (await Run(Settings(("owner", "facilities")) with { Observe = true })).Outcome);

    [Fact]
    public async Task A_question_asks_nobody_to_do_anything()
    {
        var settings = Settings(("owner", "facilities"));
        await using var host = new ConformanceHost(new ManualKind(), settings);

        var report = await host.Run(ConformanceHost.Command(settings, StepAction.ManualTask, "") with { Probe = true });

        Assert.Equal((Outcome.Observed, null), (report.Outcome, report.Task));
    }

    [Theory]
    [InlineData(null, "24h", "owner is missing")]
    [InlineData("facilities", "soon", "within is no duration")]
    [InlineData("facilities", "-1h", "within is no duration")]
    [InlineData("facilities", "h", "within is no duration")]
    [InlineData("facilities", "4000000d", "within is no duration")]
    [InlineData("facilities", "999999999999d", "within is no duration")]
    public async Task A_setting_that_makes_no_sense_is_this_systems_trouble(string? owner, string within, string says)
    {
        var report = await Run(owner is null ? Settings(("within", within)) : Settings(("owner", owner), ("within", within)));

        Assert.Equal((Outcome.Unauthorized, Fault.Misconfigured), (report.Outcome, report.Code));
        Assert.Contains(says, report.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5000ms", 5)]
    [InlineData("10s", 10)]
    [InlineData("5m", 300)]
    [InlineData("4h", 14_400)]
    [InlineData("2d", 172_800)]
    public void A_duration_is_a_number_with_a_unit(string text, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));

    private static async Task<StepReport> Run(SystemSettings settings, string? instruction = null)
    {
        await using var host = new ConformanceHost(new ManualKind(), settings);
        return await host.Run(ConformanceHost.Command(settings, StepAction.ManualTask, "") with { Instruction = instruction });
    }

    private static SystemSettings Settings(params (string Key, string Value)[] values) => new()
    {
        Name = new SystemName("badge"),
        Connector = "manual",
        Values = values.ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal),
    };
}
