using Deprovisioner.Core.Notifying;

namespace Deprovisioner.Core.Tests.Notifying;

public sealed class DeliveryDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset GiveUpAt = Now.AddDays(3);

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    [InlineData(204)]
    public void What_was_taken_is_done(int status) => Assert.IsType<DeliveryDecision.Done>(Decide(DeliveryAnswer.OfStatus(status, null)));

    [Theory]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(415)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void Whatever_else_is_answered_is_tried_again(int status) => Assert.IsType<DeliveryDecision.Again>(Decide(DeliveryAnswer.OfStatus(status, null)));

    [Fact]
    public void Whoever_is_gone_is_asked_no_more()
        => Assert.Equal(new DeliveryDecision.GivenUp(ReceiverIsGone: true, QuietUntil: null), Decide(DeliveryAnswer.OfStatus(410, null)));

    [Fact]
    public void What_is_refused_for_good_says_nothing_against_its_receiver()
        => Assert.Equal(new DeliveryDecision.GivenUp(ReceiverIsGone: false, QuietUntil: null), Decide(new DeliveryAnswer(DeliveryResult.Refused, "smtp-550")));

    [Fact]
    public void The_wait_doubles_up_to_an_hour_and_is_spread_by_a_quarter()
    {
        double[] expected = [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600];
        foreach (var (attempt, seconds) in expected.Index())
        {
            Assert.All(Enumerable.Range(1, 50), id =>
            {
                var wait = (((DeliveryDecision.Again)Decide(Busy(), id, attempt + 1)).At - Now).TotalSeconds;
                Assert.InRange(wait, seconds * 0.75, seconds * 1.25);
            });
        }

        Assert.True(Enumerable.Range(1, 50).Select(id => ((DeliveryDecision.Again)Decide(Busy(), id, 3)).At).Distinct().Count() > 40);
    }

    [Fact]
    public void A_receiver_that_fails_is_left_alone_for_longer_and_longer_up_to_a_minute()
    {
        double[] expected = [1, 2, 4, 8, 16, 32, 60, 60];
        foreach (var (failures, seconds) in expected.Index())
        {
            var quiet = ((DeliveryDecision.Again)DeliveryDecision.Of(Busy(), new DeliveryAttempt(7, 9, GiveUpAt, failures), Now)).QuietUntil;
            Assert.InRange((quiet - Now).TotalSeconds, seconds * 0.75, seconds * 1.25);
        }
    }

    [Fact]
    public void The_time_that_a_receiver_asks_for_holds_for_all_that_waits_for_it()
    {
        var asked = Now.AddHours(2);

        Assert.Equal(new DeliveryDecision.Again(asked, asked), Decide(DeliveryAnswer.OfStatus(429, asked)));
        Assert.Equal(new DeliveryDecision.Again(asked, asked), Decide(DeliveryAnswer.OfStatus(503, asked)));
    }

    [Fact]
    public void A_time_in_the_past_means_no_hurry_and_one_in_years_a_day()
    {
        var past = Assert.IsType<DeliveryDecision.Again>(Decide(DeliveryAnswer.OfStatus(429, Now.AddYears(-1))));
        Assert.InRange(past.QuietUntil, Now.AddSeconds(1), Now.AddSeconds(2));
        Assert.InRange(past.At, Now.AddSeconds(3), Now.AddSeconds(7));
        Assert.Equal(Now.AddDays(1), ((DeliveryDecision.Again)Decide(DeliveryAnswer.OfStatus(429, Now.AddYears(70)))).At);
    }

    [Fact]
    public void When_the_next_attempt_would_come_too_late_it_is_given_up_and_the_receiver_left_alone()
    {
        var late = Assert.IsType<DeliveryDecision.GivenUp>(DeliveryDecision.Of(Busy(), new DeliveryAttempt(1, 12, Now.AddMinutes(10), 3), Now));
        Assert.False(late.ReceiverIsGone);
        Assert.True(late.QuietUntil > Now);
    }

    private static DeliveryAnswer Busy() => DeliveryAnswer.OfStatus(500, null);

    private static DeliveryDecision Decide(DeliveryAnswer answer, long id = 1, int attempts = 1) => DeliveryDecision.Of(answer, new DeliveryAttempt(id, attempts, GiveUpAt, 0), Now);
}
