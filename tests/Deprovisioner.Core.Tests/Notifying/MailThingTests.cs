using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Notifying;

public sealed class MailThingTests
{
    private static readonly Guid Saga = Guid.Parse("00000000-0000-0000-0000-00000000000a");

    [Fact]
    public void Sagas_that_fail_on_a_system_with_the_same_code_are_one_thing()
        => Assert.Equal(
            ["needs-attention/crm/http-409", "needs-attention/ldap/53"],
            Keys(Told(SagaNotice.NeedsAttention) with { Failures = [new("crm", "http-409"), new("ldap", "53"), new("crm", "http-409")] }));

    [Fact]
    public void Whatever_the_guard_holds_is_one_thing_and_nothing_else()
        => Assert.Equal(["held/guard"], Keys(Told(SagaNotice.Held) with { HeldFor = ["protected", "guard"] }));

    [Fact]
    public void Each_missed_stage_of_a_saga_is_a_thing()
        => Assert.Equal([$"deadline-missed/{Saga}/contain", $"deadline-missed/{Saga}/revoke"], Keys(Told(SagaNotice.DeadlineMissed) with { MissedStages = ["contain", "revoke"] }));

    [Fact]
    public void Each_completed_stage_is_a_thing() => Assert.Equal([$"stage-completed/{Saga}/12"], Keys(Told(SagaNotice.StageCompleted)));

    [Fact]
    public void What_says_no_more_is_about_its_saga()
    {
        Assert.Equal([$"needs-attention/{Saga}"], Keys(Told(SagaNotice.NeedsAttention)));
        Assert.Equal([$"completed/{Saga}"], Keys(Told(SagaNotice.Completed)));
    }

    [Fact]
    public void A_kind_of_a_later_version_is_nothing_that_can_be_told() => Assert.Empty(Keys(Told(null)));

    [Theory]
    [InlineData("needs-attention/crm/http-409")]
    [InlineData("needs-attention/crm/a/b/c")]
    [InlineData("held/guard")]
    public void A_key_is_read_as_it_was_written(string key) => Assert.Equal(key, MailThing.Parse(key).Key);

    [Fact]
    public void A_hostile_code_is_short_and_visible_in_its_key()
    {
        var key = Assert.Single(Keys(Told(SagaNotice.NeedsAttention) with { Failures = [new("crm", "a\r\nBcc: x@example.test\u202e" + new string('b', 500))] }));
        Assert.DoesNotContain(key, char.IsControl);
        Assert.DoesNotContain('\u202e', key);
        Assert.True(key.Length < 150);
    }

    private static ToldEvent Told(SagaNotice? notice) => new(12, notice, Saga, [], [], []);

    private static IEnumerable<string> Keys(ToldEvent told) => MailThing.Of(told).Select(thing => thing.Key);
}
