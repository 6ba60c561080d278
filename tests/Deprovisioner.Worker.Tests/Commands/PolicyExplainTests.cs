using System.Text.Json;
using Deprovisioner.Testing;

namespace Deprovisioner.Worker.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class PolicyExplainTests : IDisposable
{
    private const string Configuration =
        """
        systems:
          badge: {connector: manual, owner: facilities}
        policies:
          - name: hired
            when: {event: [hired, transferred]}
            stages: [{name: contain, steps: [{system: badge, action: manual-task}]}]
          - name: misconduct
            when: {event: terminated, reason: misconduct}
            stages: [{name: contain, steps: [{system: badge, action: manual-task}]}]
          - name: sales
            when: {event: terminated, department: Sales*}
            stages:
              - {name: contain, within: 1h, steps: [{system: badge, action: manual-task, instruction: Collect it}]}
              - name: handover
                after: 2d
                approval: required
                steps:
                  - {system: badge, action: manual-task, instruction: Hand over, when: {workerType: employee}}
        """;

    private const string Event =
        """
        {"specversion":"1.0","id":"1","source":"/hris","type":"hr.employment.terminated.v1","subject":"E1","time":"2026-11-21T16:03:11Z",
         "data":{"personId":"P1","lastDay":"2026-11-30","timeZone":"Europe/Berlin","reason":"voluntary","assignment":{"department":"Sales EU","workerType":"contractor"}}}
        """;

    private readonly TemporaryFolder folder = new("policy-explain");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_event_from_a_file_needs_no_database_and_every_policy_and_condition_says_why()
    {
        var result = await Explain();

        Assert.Equal(0, result.ExitCode);
        foreach (var line in new[]
        {
            "terminated of P1, employment E1; the assignment is from the event",
            "hired: does not apply, the event is terminated and it wants hired or transferred",
            "misconduct: does not apply, the reason is 'voluntary' and it wants misconduct",
            "sales: applies (event terminated, department Sales*)",
            "It would take effect 2026-11-30 17:00:00Z (lastDay 2026-11-30 at 18:00 Europe/Berlin (zone from the event)).",
            "handover: badge manual-task when worker type employee: left out, the worker type is 'contractor' and it wants employee",
        })
        {
            Assert.Contains(line, result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task As_JSON_it_says_the_same()
    {
        var result = await Explain("--json");

        using var answer = JsonDocument.Parse(result.Output);
        var root = answer.RootElement;
        Assert.Equal(("sales", 3, "2026-11-30T17:00:00+00:00"), (root.GetProperty("policy").GetString(), root.GetProperty("tried").GetArrayLength(), root.GetProperty("effectiveAt").GetString()));
        Assert.False(root.GetProperty("conditions")[0].GetProperty("met").GetBoolean());
        Assert.Equal("contain", Assert.Single(root.GetProperty("stages").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Where_none_applies_it_says_so()
    {
        var result = await Run(Event.Replace("Sales EU", "Finance", StringComparison.Ordinal));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("sales: does not apply, the department is 'Finance' and it wants Sales*", result.Output, StringComparison.Ordinal);
        Assert.Contains("No policy applies", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_event_and_who_is_not_named_are_told()
    {
        var invalid = await Run("{}");
        var nobody = await CommandLine.Run("policy", "explain", "--config", folder["organisation.yaml"]);

        Assert.Equal((1, 2), (invalid.ExitCode, nobody.ExitCode));
        Assert.Contains("neither a kind of event nor a file with a valid one", invalid.Errors, StringComparison.Ordinal);
        Assert.Contains("name a PERSON", nobody.Errors, StringComparison.Ordinal);
    }

    private Task<CommandResult> Explain(params string[] more) => Run(Event, more);

    private Task<CommandResult> Run(string hrEvent, params string[] more)
        => CommandLine.Run(["policy", "explain", "--event", folder.Write("event.json", hrEvent), "--config", folder.Write("organisation.yaml", Configuration), .. more]);
}
