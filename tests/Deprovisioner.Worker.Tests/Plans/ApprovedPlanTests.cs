using System.Text.Json;
using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Plans;

/// <summary>What <c>plan</c> prints for the reference people. Who changes how anything is decided, or told, reads here what becomes of it.</summary>
public sealed class ApprovedPlanTests
{
    public static TheoryData<string> Names => [.. ReferencePlans.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_plan_of_a_reference_person_is_as_approved(string name)
        => ApprovedText.Matches("Plans/Approved", name, string.Join('\n', PlanText.Of(ReferencePlans.All[name]().Description)));

    [Fact]
    public void Every_approved_plan_is_of_somebody()
        => Assert.Equal(ReferencePlans.All.Keys.Order(StringComparer.Ordinal), ApprovedText.Names("Plans/Approved").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_fits_a_screen_and_ends_with_what_was_done(string name)
    {
        var lines = PlanText.Of(ReferencePlans.All[name]().Description);

        // A word that is longer stands whole, in a line of its own.
        Assert.All(lines, line => Assert.True(line.Length <= WrappedLines.Width || !line.Trim().Contains(' ', StringComparison.Ordinal), line));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.Equal("Nothing was done.", lines[^1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void As_JSON_it_has_the_documented_keys(string name)
    {
        using var json = JsonDocument.Parse(Terminal.JsonText(ReferencePlans.All[name]().Description));
        var root = json.RootElement;

        Assert.Equal(
            ["person", "name", "employments", "event", "says", "asOf", "configuration", "verdict", "why", "policies", "sagas", "untouched", "access", "decisions", "irreversible", "notGivenBack", "notes", "nextLook"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal(JsonValueKind.String, root.GetProperty("verdict").ValueKind);
        foreach (var saga in root.GetProperty("sagas").EnumerateArray())
        {
            Assert.Equal(
                ["saga", "fate", "kind", "employment", "policy", "policyVersion", "planHash", "status", "urgent", "effectiveAt", "effectiveBasis", "effectiveBefore", "stepsRun", "stepsStopped", "stages"],
                saga.EnumerateObject().Select(p => p.Name));
            Assert.All(["fate", "kind", "status"], key => Assert.Equal(JsonValueKind.String, saga.GetProperty(key).ValueKind));
            foreach (var step in saga.GetProperty("stages").EnumerateArray().SelectMany(s => s.GetProperty("steps").EnumerateArray()))
            {
                Assert.Equal(
                    ["number", "system", "action", "status", "accounts", "foundBy", "observed", "reversible", "destroys", "needs", "selection", "restores", "task"],
                    step.EnumerateObject().Select(p => p.Name));
                Assert.All(["action", "status", "reversible"], key => Assert.Equal(JsonValueKind.String, step.GetProperty(key).ValueKind));
            }
        }
    }
}
