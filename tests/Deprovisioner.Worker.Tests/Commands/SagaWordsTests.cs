using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Commands;

public sealed class SagaWordsTests
{
    [Fact]
    public void What_is_plainly_done_has_no_line_of_its_own() => Assert.Empty(SagaWords.Outcomes([SagaViewBuilder.Step("changed", null, means: "done, and read back")]));

    [Theory]
    [InlineData("rejected", "failed", "http-409")]
    [InlineData("transient", "due", null)]
    [InlineData("changed", "succeeded", "follow-up")]
    public void Everything_else_has_one_with_the_systems_words(string outcome, string status, string? code)
        => Assert.Equal(
            ["step 3 on crm, remove-entitlements: so it is. The system said so."],
            SagaWords.Outcomes([SagaViewBuilder.Step(outcome, code, status, "so it is")]));

    [Fact]
    public void Of_what_was_not_tried_nothing_is_said() => Assert.Empty(SagaWords.Outcomes([SagaViewBuilder.Step(null, null, "waiting")]));
}
