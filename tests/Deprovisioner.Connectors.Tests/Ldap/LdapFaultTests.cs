using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Ldap;

public sealed class LdapFaultTests
{
    /// <summary>RFC 4511, appendix A.</summary>
    [Theory]
    [InlineData(1, Outcome.Rejected, "ldap-1")]
    [InlineData(2, Outcome.Rejected, "ldap-2")]
    [InlineData(3, Outcome.Transient, "ldap-3")]
    [InlineData(4, Outcome.Rejected, "ldap-4")]
    [InlineData(7, Outcome.Unauthorized, "ldap-7")]
    [InlineData(8, Outcome.Unauthorized, "ldap-8")]
    [InlineData(10, Outcome.Rejected, "ldap-10")]
    [InlineData(11, Outcome.Rejected, "ldap-11")]
    [InlineData(12, Outcome.Rejected, "ldap-12")]
    [InlineData(13, Outcome.Unauthorized, "ldap-13")]
    [InlineData(16, Outcome.Rejected, "ldap-16")]
    [InlineData(17, Outcome.Rejected, "ldap-17")]
    [InlineData(19, Outcome.Rejected, "ldap-19")]
    [InlineData(21, Outcome.Rejected, "ldap-21")]
    [InlineData(32, Outcome.Rejected, "ldap-32")]
    [InlineData(34, Outcome.Rejected, "ldap-34")]
    [InlineData(48, Outcome.Unauthorized, "ldap-48")]
    [InlineData(49, Outcome.Unauthorized, "ldap-49")]
    [InlineData(50, Outcome.Unauthorized, "ldap-50")]
    [InlineData(51, Outcome.Transient, "unreachable")]
    [InlineData(52, Outcome.Transient, "unreachable")]
    [InlineData(53, Outcome.Rejected, "ldap-53")]
    [InlineData(65, Outcome.Rejected, "ldap-65")]
    [InlineData(66, Outcome.Rejected, "ldap-66")]
    [InlineData(68, Outcome.Rejected, "ldap-68")]
    [InlineData(80, Outcome.Transient, "ldap-80")]
    [InlineData(118, Outcome.Transient, "ldap-118")]
    [InlineData(122, Outcome.Transient, "ldap-122")]
    [InlineData(123, Outcome.Unauthorized, "ldap-123")]
    [InlineData(4711, Outcome.Rejected, "ldap-4711")]
    public void A_refused_change_is_graded_by_its_code(int code, Outcome outcome, string expected)
    {
        var fault = LdapFaults.Of(code, LdapEffect.ChangesEntry, null);

        Assert.Equal((outcome, expected), (fault.Outcome, fault.Code));
    }

    [Fact]
    public void A_base_that_is_not_there_is_the_systems_trouble_and_no_absent_account()
        => Assert.Equal(Outcome.Unauthorized, LdapFaults.Of(32, LdapEffect.Reads, null).Outcome);

    [Fact]
    public void What_means_done_depends_on_what_was_asked()
    {
        var done = from code in new[] { 0, 16, 20, 32, 50, 53, 65 }
                   from effect in Enum.GetValues<LdapEffect>()
                   where code != 0 && LdapFaults.MeansDone(code, effect)
                   select (code, effect);

        Assert.Equal([(16, LdapEffect.RemovesValue), (20, LdapEffect.AddsValue), (32, LdapEffect.RemovesValue), (32, LdapEffect.DeletesEntry)], done);
        Assert.All(Enum.GetValues<LdapEffect>(), effect => Assert.True(LdapFaults.MeansDone(0, effect)));
    }

    [Fact]
    public void Only_a_change_that_may_have_been_sent_is_indeterminate()
    {
        var graded = from effect in new[] { LdapEffect.Reads, LdapEffect.ChangesEntry }
                     from sent in new[] { false, true }
                     from silent in new[] { false, true }
                     let fault = LdapFaults.NoAnswer(effect, sent, silent)
                     select $"{effect} sent={sent} silent={silent}: {fault.Outcome} {fault.Code}";

        Assert.Equal(
            [
                "Reads sent=False silent=False: Transient unreachable",
                "Reads sent=False silent=True: Transient unreachable",
                "Reads sent=True silent=False: Transient unreachable",
                "Reads sent=True silent=True: Transient timeout",
                "ChangesEntry sent=False silent=False: Transient unreachable",
                "ChangesEntry sent=False silent=True: Transient unreachable",
                "ChangesEntry sent=True silent=False: Indeterminate no-answer",
                "ChangesEntry sent=True silent=True: Indeterminate no-answer",
            ],
            graded);
    }

    [Fact]
    public void The_servers_own_words_are_on_one_line_and_whole_so_that_a_secret_in_them_is_found()
    {
        var message = LdapFaults.Of(53, LdapEffect.ChangesEntry, "no\r\n\u0007" + new string('x', 500) + "secret").Message;

        Assert.Contains("xsecret", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
