using Deprovisioner.Contracts;
using Deprovisioner.Core.Planning;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Policies;

/// <summary>Conditions with several events, of any attribute, and of steps; what steps say beside their action.</summary>
public sealed class StepConditionTests
{
    private static readonly HrEvent Leaver = new()
    {
        Source = "/hris/workday",
        Id = "1",
        Type = HrEventTypes.Terminated,
        Time = DateTimeOffset.UnixEpoch,
        PersonId = new("P1"),
        EmploymentId = new("E1"),
        Assignment = new Assignment("Sales EU", "Analyst", "Berlin", new PersonId("P7"), "employee"),
    };

    [Theory]
    [InlineData("event: [terminated, changed]", true)]
    [InlineData("event: [changed]", false)]
    [InlineData("event: terminated\n      department: Sales*", true)]
    [InlineData("event: terminated\n      department: [Finance, \"*EU\"]", true)]
    [InlineData("event: terminated\n      department: \"*EU*\"\n      title: Boss", false)]
    [InlineData("event: terminated\n      managerId: P7", true)]
    [InlineData("event: terminated\n      managerId: P8", false)]
    [InlineData("event: terminated\n      source: /hris/*", true)]
    [InlineData("event: terminated\n      source: /webhook", false)]
    [InlineData("event: terminated\n      personId: P1", true)]
    [InlineData("event: terminated\n      employmentId: E2", false)]
    [InlineData("event: terminated\n      reason: \"*\"", false)]
    public void A_policy_is_asked_for_its_events_and_any_attribute(string when, bool applies)
    {
        var configuration = Read(when.Contains("event: terminated\n", StringComparison.Ordinal) || when.Contains('[', StringComparison.Ordinal) ? when : "event: terminated", "");
        Assert.Equal(applies, PolicyMatcher.Match(configuration, Leaver, null) is { Policy.Name: "involuntary-leaver" });
    }

    [Fact]
    public void A_step_whose_condition_is_not_met_is_left_out_and_so_is_a_stage_without_steps()
    {
        var configuration = Read("event: terminated", ", when: {workerType: employee}");
        var employee = PolicyMatcher.Match(configuration, Leaver, null)!.Policy;
        var contractor = PolicyMatcher.Match(configuration, Leaver with { Assignment = Leaver.Assignment! with { WorkerType = "contractor" } }, null)!.Policy;
        Assert.Equal(["contain", "handover"], employee.Stages.Select(s => s.Name));
        Assert.Equal(["contain"], contractor.Stages.Select(s => s.Name));
        Assert.Equal([("handover", null), ("handover", "the worker type is 'contractor' and it wants employee")], new[] { "employee", "contractor" }.Select(type =>
        {
            var step = PolicyMatcher.Conditions(configuration, "involuntary-leaver", Leaver with { Assignment = Leaver.Assignment! with { WorkerType = type } }, null).Single();
            return (step.Stage, step.Unmet);
        }));
    }

    [Fact]
    public void What_a_step_says_is_in_its_plan_and_in_the_plans_hash()
    {
        string[] extras = ["", ", reversible: 30d", ", reversible: false", ", reversible: true", ", needs: [{system: crm, action: disable-account}]", ", needs: [{system: \"*\", action: disable-account}]"];
        var plans = extras.Select(e => PlanOf(Read("event: terminated", e))).ToList();
        Assert.Equal(extras.Length, plans.Select(p => p.Hash()).Distinct().Count());
        Assert.Equal([null, "30d", "no", "yes", null, null], plans.Select(p => p.Steps[^1].Reversible?.ToString()));
        Assert.Equal([[], [], [], [], [1], [0, 1, 2]], plans.Select(p => p.Steps[^1].Needs));
    }

    [Fact]
    public void A_manual_task_may_have_another_owner_than_its_system()
    {
        var configuration = ReadFile(File("event: terminated", "").Replace("transfer-data", "manual-task", StringComparison.Ordinal).Replace("system: warehouse, action: manual-task", "system: badge, action: manual-task, owner: it-desk", StringComparison.Ordinal));
        Assert.Equal("it-desk", PlanOf(configuration).Steps[^1].Owner);
    }

    [Theory]
    [InlineData(", when: {workerType: contractor}", "event: terminated\n      workerType: employee", "when", "asks for another workerType")]
    [InlineData(", when: {department: Fin*}", "event: terminated\n      department: [Sales*, \"Legal\"]", "when", "asks for another department")]
    [InlineData(", when: {urgent: true}", "event: terminated\n      urgent: false", "when", "asks for another urgent")]
    [InlineData(", when: {event: terminated}", "event: terminated", "when.event", "not asked for its event")]
    [InlineData(", when: {}", "event: terminated", "when", "asks nothing")]
    [InlineData(", when: {title: A*b}", "event: terminated", "when.title", "a * that is not read")]
    [InlineData(", when: {titel: A}", "event: terminated", "when.titel", "not known")]
    [InlineData(", owner: x", "event: terminated", "owner", "only a manual-task has an owner")]
    [InlineData(", reversible: maybe", "event: terminated", "reversible", "says not whether")]
    [InlineData(", reversible: 0d", "event: terminated", "reversible", "says not whether")]
    [InlineData(", needs: []", "event: terminated", "needs", "list is empty")]
    [InlineData(", needs: [{system: crm}]", "event: terminated", "needs[0].action", "'action' is missing")]
    [InlineData(", needs: [{system: crmm, action: disable-account}]", "event: terminated", "needs[0].system", "no system 'crmm'")]
    [InlineData(", needs: [{system: crm, action: revoke-sessions}]", "event: terminated", "needs[0].action", "no step before this one does revoke-sessions on crm")]
    [InlineData(", needs: [{system: warehouse, action: transfer-data}]", "event: terminated", "needs[0].action", "no step before this one")]
    [InlineData(", needs: [{system: badge, action: disable-account}]", "event: terminated", "needs[0].action", "no step before this one")]
    public void What_cannot_work_is_refused_where_it_stands(string extra, string when, string path, string message)
    {
        var fault = Yaml.OneFault(Yaml.Read(File(when, extra)));
        Assert.Equal("policies[0].stages[1].steps[0]." + path, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("event: [terminated, changed]", "event: changed", true)]
    [InlineData("event: terminated", "event: [terminated, changed]", false)]
    [InlineData("event: terminated\n      department: Sales*", "event: terminated\n      department: Sales EU", true)]
    [InlineData("event: terminated\n      department: Sales EU", "event: terminated\n      department: Sales*", false)]
    [InlineData("event: terminated\n      reason: \"*\"", "event: terminated", false)]
    [InlineData("event: terminated\n      managerId: P7", "event: terminated\n      managerId: [P7, P8]", false)]
    [InlineData("event: terminated\n      managerId: P7", "event: terminated\n      source: /x", false)]
    public void A_policy_that_an_earlier_one_hides_is_refused_in_the_new_forms_too(string first, string second, bool hidden)
        => Assert.Equal(hidden, Yaml.Read(Two(first, second)).Faults.Any(f => f.Message.Contains("stands before this one", StringComparison.Ordinal)));

    [Fact]
    public void Two_policies_may_hide_a_third_between_them()
    {
        var three = Two("event: terminated", "event: changed") + "\n" + Policy("third", "event: [changed, terminated]");
        var fault = Yaml.OneFault(Yaml.Read(three));
        Assert.Equal("policies[2].when", fault.Path);
        Assert.Contains("the policies 'second' (line", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Yaml.Read(three.Replace("[changed, terminated]", "[changed, terminated, leave-started]", StringComparison.Ordinal)).Faults);
    }

    private static string Two(string first, string second) => Systems + "\npolicies:\n" + Policy("first", first) + "\n" + Policy("second", second);

    private static string Policy(string name, string when) => $"  - name: {name}\n    when:\n      {when}\n    stages:\n      - {{name: contain, steps: [{{system: crm, action: disable-account}}]}}";

    private static Plan PlanOf(Configuration configuration)
        => Planner.Plan(configuration, PolicyMatcher.Match(configuration, Leaver, null)!.Policy, new SystemActions(configuration.Systems, TestConnectors.All), Leaver.Time, "test", false);

    private static Configuration Read(string when, string extra) => ReadFile(File(when, extra));

    private static Configuration ReadFile(string text)
    {
        var reading = Yaml.Read(text);
        Assert.Equal([], reading.Faults);
        return reading.Configuration!;
    }

    private const string Systems =
        """
        systems:
          corp-ldap: {connector: ldap, url: "ldap://127.0.0.1", bindDn: x, password: "${env:P}", baseDn: x, match: {value: person.email}}
          crm: {connector: scim, url: "https://crm.example.test", token: "${env:T}", match: {value: person.email}}
          warehouse: {connector: postgres, connection: "${env:W}", match: {value: person.userName}}
          badge: {connector: manual, owner: facilities}
        """;

    private static string File(string when, string extra)
        => Systems + $$"""

        policies:
          - name: involuntary-leaver
            when:
              {{when}}
            stages:
              - {name: contain, steps: [{system: "*", action: disable-account}]}
              - {name: handover, steps: [{system: warehouse, action: transfer-data{{extra}}}]}
        """;
}
