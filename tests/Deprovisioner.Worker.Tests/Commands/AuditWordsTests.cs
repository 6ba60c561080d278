using System.Text.Json.Nodes;
using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Commands;

public sealed class AuditWordsTests
{
    [Fact]
    public void Facts_are_pairs_and_a_list_is_one_of_them()
        => Assert.Equal(
            "policy=leaver urgent=false steps=[contain crm disable-account, contain crm revoke-sessions]",
            AuditWords.Facts(JsonNode.Parse("""{"seq":1,"facts":{"policy":"leaver","planHash":"00","urgent":false,"residualUntil":null,"steps":["contain crm disable-account","contain crm revoke-sessions"]}}""")));

    [Theory]
    [InlineData(null, "")]
    [InlineData("\"changed: it cannot be opened\"", "changed: it cannot be opened")]
    [InlineData("""{"evidence":"badge 12 collected"}""", "badge 12 collected")]
    [InlineData("""{"message":"crm cannot be reached.","evidence":[]}""", "crm cannot be reached.")]
    [InlineData("""{"message":null,"evidence":[{"accountId":"7","name":"ada","before":{"enabled":"yes","sessions":"0"},"after":{"enabled":"no","sessions":"0"}}]}""", "ada: enabled yes -> no, sessions 0.")]
    [InlineData("""{"message":null,"evidence":[{"accountId":"7","name":"ada","before":{"enabled":"no"},"after":null}]}""", "ada: enabled no.")]
    [InlineData("""{"evidence":[{"name":"a","before":{"enabled":"yes"},"after":{}},{"name":"b","before":{},"after":null}]}""", "a: enabled yes -> unknown. b: .")]
    public void Evidence_says_what_was_and_what_is(string? evidence, string words) => Assert.Equal(words, AuditWords.Evidence(evidence is null ? null : JsonNode.Parse(evidence)));
}
