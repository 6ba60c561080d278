using Deprovisioner.Contracts;
using Deprovisioner.Core.Previewing;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Previewing;

public sealed class PlanStepWordsTests
{
    [Theory]
    [InlineData(true, "ada is undeleted, and gets back its sign-in")]
    [InlineData(false, "ada gets back its sign-in")]
    public void Whoever_approves_a_restore_reads_whether_an_account_is_undeleted(bool recovered, string words)
    {
        var step = new StepDescription
        {
            Number = 0,
            System = new SystemName("corp-ad"),
            Action = StepAction.RestoreAccount,
            Status = StepStatus.Due,
            Accounts = [],
            Observed = false,
            Reversible = "yes",
            Destroys = false,
            Needs = [],
            Restores = [new RestoredAccount("a1", "ada", SignIn: true, [], recovered)],
        };

        Assert.Contains(words, PlanStepWords.Of(step));
    }
}
