using Deprovisioner.Core.Reconciling;
using Deprovisioner.Core.Tests.Policies;

namespace Deprovisioner.Core.Tests.Reconciling;

public sealed class ReconcileSettingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_system_is_due_when_it_never_was_or_the_last_time_is_long_enough_ago()
    {
        var weekly = new ReconcileSettings(TimeSpan.FromDays(7));
        Assert.True(weekly.IsDue(null, Now));
        Assert.True(weekly.IsDue(Now.AddDays(-7), Now));
        Assert.False(weekly.IsDue(Now.AddDays(-7).AddSeconds(1), Now));
    }

    [Fact]
    public void The_file_says_how_often_and_is_silent_unless_told()
    {
        Assert.Null(Yaml.Read(Yaml.Valid).Configuration!.Reconcile);
        Assert.Equal(TimeSpan.FromDays(7), Yaml.With("defaults:\n", "reconcile: {every: 7d}\ndefaults:\n").Configuration!.Reconcile!.Every);
    }
}
