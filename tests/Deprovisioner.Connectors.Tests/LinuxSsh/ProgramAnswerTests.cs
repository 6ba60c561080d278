using Deprovisioner.Connectors.LinuxSsh;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.LinuxSsh;

/// <summary>What is made of the program's words, and of others'.</summary>
public sealed class ProgramAnswerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("deprovisioner-account 1\n")]
    [InlineData("deprovisioner-account 1\naccount 1000:n:a\nname a\n")]
    [InlineData("deprovisioner-account 1\naccount 1000:n:a\nname a\nend")]
    [InlineData("deprovisioner-account 1\nend\nmore\n")]
    [InlineData("deprovisioner-account 2\nend\n")]
    [InlineData("Welcome!\ndeprovisioner-account 1\nend\n")]
    public void What_is_no_whole_answer_is_none(string output) => Assert.Null(ProgramAnswer.Parse(output));

    [Fact]
    public void Accounts_are_told_one_after_the_other_and_values_reach_to_the_end_of_the_line()
    {
        var answer = ProgramAnswer.Parse("deprovisioner-account 1\naccount 1000:n:a\nname a\ncomment  two words \naccount 1001:n:b c\nname b c\nend\n")!;

        Assert.Equal([("1000:n:a", "a", " two words "), ("1001:n:b c", "b c", "")], answer.Accounts().Select(a => (a["account"], a["name"], a["comment"])));
    }

    [Theory]
    [InlineData("deprovisioner-account 1\naccount 1000:n:a\n", "", 0, Outcome.Indeterminate, "no-answer")]
    [InlineData("", "", null, Outcome.Indeterminate, "no-answer")]
    [InlineData("deprovisioner-account 7\nend\n", "", 0, Outcome.Unauthorized, "program-version")]
    [InlineData("", "sudo: a password is required\n", 1, Outcome.Unauthorized, "sudo-refused")]
    [InlineData("", "sh: 1: sudo: not found", 127, Outcome.Unauthorized, "sudo-refused")]
    [InlineData("uid=1000(a)\n", "", 0, Outcome.Unauthorized, "program-missing")]
    public void Without_an_answer_nothing_is_known(string output, string error, int? exitStatus, Outcome outcome, string code)
    {
        var fault = ProgramFaults.Unanswered(new SpokenOutput(output, error, exitStatus));

        Assert.Equal((outcome, code), (fault.Outcome, fault.Code));
    }

    [Theory]
    [InlineData("refused busy Later.", Outcome.Transient, "busy")]
    [InlineData("refused not-root No.", Outcome.Unauthorized, "not-root")]
    [InlineData("problem usermod-1 It did not succeed.", Outcome.Transient, "usermod-1")]
    [InlineData("problem gpasswd-3 It did not succeed.", Outcome.Rejected, "gpasswd-3")]
    public void What_the_program_could_not_do_is_told(string line, Outcome outcome, string code)
    {
        var fault = ProgramFaults.In(ProgramAnswer.Parse($"deprovisioner-account 1\n{line}\nend\n")!)!;

        Assert.Equal((outcome, code), (fault.Outcome, fault.Code));
    }
}
