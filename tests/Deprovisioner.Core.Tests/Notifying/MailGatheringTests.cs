using Deprovisioner.Core.Notifying;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Notifying;

public sealed class MailGatheringTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Digest = TimeSpan.FromMinutes(5);
    private static readonly MailThing Failed = new(SagaNotice.NeedsAttention, "crm", "http-409");
    private static readonly MailThing Surge = new(SagaNotice.Held, "guard");
    private static readonly MailThing Missed = new(SagaNotice.DeadlineMissed, "00000000-0000-0000-0000-000000000001", "contain");

    [Fact]
    public void The_first_of_its_kind_waits_for_its_like() => Assert.Equal(new MailGathering.Open(1, Now, Now + Digest), Of(Failed, null));

    [Fact]
    public void What_has_no_like_goes_out_at_once() => Assert.Equal(new MailGathering.Open(1, Now, Now), Of(Missed, null));

    [Fact]
    public void What_comes_while_a_mail_waits_stands_in_it()
    {
        Assert.Equal(new MailGathering.AddTo(7), Of(Failed, Newest(closed: false)));
        Assert.Equal(new MailGathering.AddTo(7), Of(Surge, Newest(closed: false)));
    }

    [Fact]
    public void What_is_new_after_that_stands_in_an_update_of_the_same_conversation()
        => Assert.Equal(new MailGathering.Open(3, Now.AddHours(-1), Now + Digest), Of(Failed, Newest(closed: true)));

    [Fact]
    public void What_was_told_of_makes_no_mail_again() => Assert.Equal(new MailGathering.Told(7), Of(Failed, Newest(closed: true), isNew: false));

    [Fact]
    public void A_surge_has_one_mail() => Assert.Equal(new MailGathering.Told(7), Of(Surge, Newest(closed: true)));

    [Fact]
    public void A_missed_deadline_has_one_mail_for_ever() => Assert.Equal(new MailGathering.Told(7), Of(Missed, Newest(closed: true, lastAt: Now.AddYears(-1))));

    [Theory]
    [InlineData(24, false)]
    [InlineData(25, true)]
    public void After_a_silence_of_a_day_it_is_another_thing(int hours, bool another)
        => Assert.Equal(another, Of(Failed, Newest(closed: true, lastAt: Now.AddHours(-hours))) is MailGathering.Open { Number: 1 });

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    public void After_a_silence_of_an_hour_it_is_another_surge(int minutes, bool another)
        => Assert.Equal(another, Of(Surge, Newest(closed: true, lastAt: Now.AddMinutes(-minutes))) is MailGathering.Open { Number: 1 });

    [Fact]
    public void A_digest_that_is_longer_than_the_silence_is_waited_for()
        => Assert.Equal(new MailGathering.AddTo(7), MailGathering.Of(Surge, Newest(closed: false, lastAt: Now.AddHours(-2)), isNew: true, TimeSpan.FromHours(3), Now));

    private static MailGathering Of(MailThing thing, NewestMail? newest, bool isNew = true) => MailGathering.Of(thing, newest, isNew, Digest, Now);

    private static NewestMail Newest(bool closed, DateTimeOffset? lastAt = null) => new(7, 2, Now.AddHours(-1), lastAt ?? Now.AddMinutes(-10), closed);
}
