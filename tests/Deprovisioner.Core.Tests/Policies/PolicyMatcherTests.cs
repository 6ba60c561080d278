using Deprovisioner.Contracts;
using Deprovisioner.Core.Policies;

namespace Deprovisioner.Core.Tests.Policies;

public sealed class PolicyMatcherTests
{
    private static readonly Assignment Analyst = new("Finance", "Analyst", "Berlin", null, "employee");

    [Fact]
    public void The_first_policy_that_applies_is_taken_and_each_tried_says_why()
    {
        var configuration = Configured(
            Policy("rehire", new() { Event = "hired" }),
            Policy("misconduct", new() { Event = "terminated", Reasons = ["misconduct", "involuntary"] }),
            Policy("finance", new() { Event = "terminated", Departments = ["finance"] }),
            Policy("all", new() { Event = "terminated" }));

        var match = PolicyMatcher.Match(configuration, Event() with { Assignment = Analyst }, null)!;

        Assert.Equal("finance", match.Policy.Name);
        Assert.Equal(
            [
                "rehire: does not apply, the event is terminated and it wants hired",
                "misconduct: does not apply, the reason is 'voluntary' and it wants misconduct or involuntary",
                "finance: applies (event terminated, department finance)",
            ],
            match.Why);
    }

    [Fact]
    public void None_may_apply_and_that_can_be_explained_too()
    {
        var configuration = Configured(Policy("urgent", new() { Event = "terminated", Urgent = true }), Policy("madrid", new() { Event = "terminated", Locations = ["Madrid"] }));

        Assert.Null(PolicyMatcher.Match(configuration, Event(), null));
        Assert.Equal(
            ["urgent: does not apply, it wants events that are urgent", "madrid: does not apply, the location is not known and it wants Madrid"],
            PolicyMatcher.Explain(configuration, Event(), null, out _));
    }

    [Fact]
    public void The_assignment_before_the_event_holds_where_the_event_names_none()
    {
        var configuration = Configured(Policy("finance", new() { Event = "terminated", Departments = ["FINANCE"], WorkerTypes = ["Employee"], Titles = ["analyst"], Locations = ["berlin"] }));

        Assert.NotNull(PolicyMatcher.Match(configuration, Event(), Analyst));
        Assert.Null(PolicyMatcher.Match(configuration, Event() with { Assignment = Analyst with { Department = null } }, Analyst));
        Assert.Null(PolicyMatcher.Match(configuration, Event(), null));
    }

    [Fact]
    public void Every_event_type_has_a_short_name()
        => Assert.Equal(["hired", "transferred", "terminated", "termination-rescinded", "leave-started", "leave-ended", "changed"], PolicyMatcher.EventNames);

    /// <summary>Over every pair of small conditions: what is called hidden is never reached, and what is not is reached by some event.</summary>
    [Fact]
    public void A_policy_is_called_hidden_exactly_when_no_event_reaches_it()
    {
        IReadOnlyList<string>[] sets = [[], ["a"], ["b"], ["A", "b"]];
        bool?[] flags = [null, true, false];
        var conditions = (from reason in sets from title in sets from urgent in flags select new PolicyCondition { Event = "terminated", Reasons = reason, Titles = title, Urgent = urgent }).ToList();
        string?[] words = [null, "a", "b", "c"];
        var events = (from reason in words from title in words from urgent in new[] { true, false } select Event() with { Reason = reason, Urgent = urgent, Assignment = Analyst with { Title = title } }).ToList();

        foreach (var first in conditions)
        {
            foreach (var second in conditions)
            {
                var configuration = Configured(Policy("first", first), Policy("second", second));
                var reached = events.Any(e => PolicyMatcher.Match(configuration, e, null)?.Policy.Name == "second");
                Assert.True(HiddenPolicy.Covers(first, second) == !reached, $"{first} / {second}");
            }
        }
    }

    private static Configuration Configured(params Policy[] policies) => new()
    {
        Version = "",
        Text = "",
        Systems = [],
        Policies = policies,
        Defaults = new("Etc/UTC", new(18, 0), new Dictionary<string, string>()),
    };

    private static Policy Policy(string name, PolicyCondition when) => new() { Name = name, When = when, Stages = [] };

    private static HrEvent Event() => new()
    {
        Source = "/hris",
        Id = "1",
        Type = HrEventTypes.Terminated,
        Time = DateTimeOffset.UnixEpoch,
        PersonId = new("P1"),
        EmploymentId = new("E1"),
        Reason = "voluntary",
    };
}
