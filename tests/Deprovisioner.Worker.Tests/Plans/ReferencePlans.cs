using Deprovisioner.Contracts;
using Deprovisioner.Core.Previewing;

namespace Deprovisioner.Worker.Tests.Plans;

/// <summary>Somebody, and what is asked about them.</summary>
/// <param name="Arguments">How <c>plan</c> is asked the same, after the person's id; null: it cannot be asked so, or its answer depends on what only this test knows.</param>
internal sealed record ReferencePlan(ReferencePerson Person, HrEvent[] Events, string[]? Arguments = null)
{
    public PlanDescription Description => Person.Plan(Events);
}

/// <summary>The reference people. The approved text of each stands in <c>Approved/NAME.txt</c>.</summary>
internal static class ReferencePlans
{
    private static readonly Assignment Contractor = ReferencePerson.Analyst with { WorkerType = "contractor" };
    private static readonly Assignment Seller = new("Sales", "Rep", "Berlin", new PersonId("P7"), "employee");

    public static readonly IReadOnlyDictionary<string, Func<ReferencePlan>> All = new Dictionary<string, Func<ReferencePlan>>
    {
        ["voluntary-last-day-in-berlin"] = () => Leaves(Hired(), p => p.Terminated(reason: "voluntary", lastDay: "2026-11-30"), "--event", "terminated", "--reason", "voluntary", "--last-day", "2026-11-30"),
        ["leaves-now"] = () => Leaves(Hired(), p => p.Terminated()) with { Arguments = [] },
        ["involuntary-urgent"] = () => Leaves(Hired(), p => p.Terminated(reason: "involuntary", urgent: true), "--event", "terminated", "--reason", "involuntary", "--urgent"),
        ["contractor-end"] = () => Leaves(Hired(Contractor), p => p.Terminated(lastDay: "2026-12-31"), "--last-day", "2026-12-31"),
        ["intern-in-a-clock-change"] = () => Leaves(Hired(ReferencePerson.Analyst with { WorkerType = "intern" }), p => p.Terminated(lastDay: "2027-03-28"), "--last-day", "2027-03-28"),
        ["executive-needs-approval"] = () => Leaves(Hired(new Assignment("Board", "Chief Financial Officer", "Berlin", new PersonId("P7"), "director")), p => p.Terminated(lastDay: "2026-11-30"), "--last-day", "2026-11-30"),
        ["two-employments-one-ends"] = () => Leaves(Two(), p => p.Terminated(lastDay: "2026-11-30"), "--event", "terminated", "--employment", "E1001", "--last-day", "2026-11-30"),
        ["two-employments-leaves-altogether"] = () => Two() is var p ? new(p, [p.Terminated(), p.Terminated("E1002")], []) : null!,
        ["two-zones-the-later-end-counts"] = () => Leaves(
            Hired().Hired(ReferencePerson.Analyst with { Location = "New York" }, employment: "E1002").After(Hired().Terminated(lastDay: "2026-11-30"), daysAgo: 1),
            p => p.Terminated("E1002", lastDay: "2026-11-30"), "--event", "terminated", "--employment", "E1002", "--last-day", "2026-11-30"),
        ["conversion-of-a-contractor"] = () => Leaves(
            Hired(Contractor).After(new ReferencePerson().Event(HrEventTypes.Hired, "E1002") with { Assignment = ReferencePerson.Analyst, EffectiveAt = ReferencePerson.Today.AddDays(11) }, daysAgo: 1),
            p => p.Terminated(lastDay: "2026-11-30"), "--event", "terminated", "--employment", "E1001", "--last-day", "2026-11-30"),
        ["protected-break-glass"] = () => Leaves(new ReferencePerson("PBREAKGLASS-1").Hired(), p => p.Terminated(), "--event", "terminated"),
        ["protected-account"] = () => Leaves(new ReferencePerson().Hired(accounts: Account("corp-ldap", "svc-backup")), p => p.Terminated(), "--event", "terminated"),
        ["legal-hold"] = () => Leaves(Hired().After(new ReferencePerson().Event(HrEventTypes.Changed) with { LegalHold = true }, daysAgo: 3), p => p.Terminated(reason: "misconduct"), "--event", "terminated", "--reason", "misconduct"),
        ["leave-started"] = () => Leaves(Hired(), p => p.Event(HrEventTypes.LeaveStarted) with { LastDay = new DateOnly(2026, 12, 1) }, "--event", "leave-started", "--last-day", "2026-12-01"),
        ["leave-ended"] = () => Leaves(Hired().After(new ReferencePerson().Event(HrEventTypes.LeaveStarted), daysAgo: 20).Worked(daysAgo: 20), p => p.Event(HrEventTypes.LeaveEnded)),
        ["rescinded-before-it-began"] = () => Leaves(Leaving("2026-11-30"), p => p.Event(HrEventTypes.TerminationRescinded), "--event", "termination-rescinded"),
        ["rescinded-after-containment"] = () => Leaves(Leaving("2026-11-20").Worked(6), p => p.Event(HrEventTypes.TerminationRescinded)),
        ["rescinded-while-a-step-is-under-way"] = () => Leaves(Leaving("2026-11-20").Worked(2, answered: false), p => p.Event(HrEventTypes.TerminationRescinded)),
        ["rescinded-after-deletion"] = () => Leaves(
            Hired().After(new ReferencePerson().Terminated(reason: "misconduct"), daysAgo: 40).Worked(daysAgo: 40).Approved(daysAgo: 2).Worked(daysAgo: 1), p => p.Event(HrEventTypes.TerminationRescinded)),
        ["rescinded-without-a-policy-that-restores"] = () => Leaves(
            Leaving("2026-11-20", configuration: WithoutReturns()).Worked(6), p => p.Event(HrEventTypes.TerminationRescinded)),
        ["rehired-the-next-day"] = () => Leaves(Leaving("2026-11-20").Worked(6), p => p.Event(HrEventTypes.Hired) with { Assignment = ReferencePerson.Analyst }),
        ["hired-with-an-end"] = () => new ReferencePerson() is var p ? new(p, [p.Event(HrEventTypes.Hired) with { Person = ReferencePerson.Ada, Assignment = Contractor, LastDay = new DateOnly(2027, 6, 30) }]) : null!,
        ["moves-to-another-department"] = () => Leaves(Hired(), p => p.Event(HrEventTypes.Transferred) with { Assignment = Seller }, "--event", "transferred", "--department", "Sales", "--title", "Rep"),
        ["moves-and-what-no-role-explains-goes"] = () => Leaves(Hired(Seller), p => p.Event(HrEventTypes.Transferred) with { Assignment = ReferencePerson.Analyst }, "--event", "transferred", "--department", "Finance", "--title", "Analyst"),
        ["moves-from-an-unknown-assignment"] = () => Leaves(new ReferencePerson().After(new ReferencePerson().Event(HrEventTypes.Hired) with { Person = ReferencePerson.Ada }, daysAgo: 300), p => p.Event(HrEventTypes.Transferred) with { Assignment = Seller }),
        ["moves-while-leaving"] = () => Leaves(Leaving("2026-12-31"), p => p.Event(HrEventTypes.Transferred) with { Assignment = Seller }, "--event", "transferred", "--department", "Sales", "--title", "Rep"),
        ["changed-title"] = () => Leaves(Hired(), p => p.Event(HrEventTypes.Changed) with { Assignment = ReferencePerson.Analyst with { Title = "Controller" } }, "--event", "changed", "--title", "Controller"),
        ["changed-end-date"] = () => Leaves(Leaving("2026-11-30"), p => p.Event(HrEventTypes.Changed) with { LastDay = new DateOnly(2027, 2, 28) }, "--event", "changed", "--last-day", "2027-02-28"),
        ["fired-after-giving-notice"] = () => Leaves(Leaving("2026-12-31"), p => p.Terminated(reason: "misconduct", urgent: true), "--event", "terminated", "--reason", "misconduct", "--urgent"),
        ["repeated-while-it-runs"] = () => Leaves(Leaving("2026-11-20").Worked(3), p => p.Terminated()),
        ["late-event"] = () => Leaves(Leaving("2026-11-30"), p => p.Event(HrEventTypes.Hired) with { Time = ReferencePerson.Today.AddDays(-200), Source = "/hris" }),
        ["kolkata"] = () => In("Kolkata"),
        ["auckland"] = () => In("Auckland"),
        ["adelaide"] = () => In("Adelaide"),
        ["no-mail-address"] = () => Leaves(Hired(attributes: new PersonAttributes(null, "ada", "Ada", null)), p => p.Terminated(), "--event", "terminated"),
        ["manager-unknown"] = () => Leaves(Hired(ReferencePerson.Analyst with { ManagerId = new PersonId("P404") }), p => p.Terminated(), "--event", "terminated"),
        ["several-accounts"] = () => Leaves(new ReferencePerson().Hired(accounts: [Account("corp-ldap", "u-311"), Account("corp-ldap", "u-312-admin"), Account("crm", "2819c223")]), p => p.Terminated(), "--event", "terminated"),
        ["guard-surplus"] = () => Leaves(Hired().OthersLeft(3), p => p.Terminated()),
        ["everything-observed"] = () => Leaves(new ReferencePerson(configuration: ReferenceCompany.Observing).Hired(), p => p.Terminated()),
        ["by-hand-only"] = () => Leaves(Hired(new Assignment("Workshop", "Smith", "Berlin", null, "employee")), p => p.Terminated(), "--event", "terminated"),
        ["no-policy"] = () => Leaves(Hired(ReferencePerson.Analyst with { WorkerType = "volunteer" }), p => p.Terminated(), "--event", "terminated"),
        ["nobody-known"] = () => new ReferencePerson("P404") is var p ? new(p, [p.Terminated(reason: "voluntary")]) : null!,
        ["deadlines-that-have-passed"] = () => Leaves(Hired(), p => p.Terminated(reason: "misconduct", lastDay: "2026-11-19"), "--event", "terminated", "--reason", "misconduct", "--last-day", "2026-11-19"),
        ["hostile-name"] = () => Leaves(
            Hired(new Assignment("Finance'); DROP TABLE persons;--", "\u202Etsylana", "Berlin", null, "employee"), new PersonAttributes("ada@example.test", "ada", "Robert'); DROP TABLE\u202E", new string('x', 1_000_000))),
            p => p.Event(HrEventTypes.Transferred) with { Assignment = Seller, Reason = "\u001b[2J" }),
    };

    private static ReferencePerson Hired(Assignment? assignment = null, PersonAttributes? attributes = null) => new ReferencePerson().Hired(assignment, attributes);

    private static ReferencePerson Two() => Hired().Hired(ReferencePerson.Analyst with { Department = "Sales" }, employment: "E1002");

    /// <summary>Their end is known since yesterday, or since two days ago.</summary>
    private static ReferencePerson Leaving(string lastDay, Core.Policies.Configuration? configuration = null)
        => new ReferencePerson(configuration: configuration).Hired().After(new ReferencePerson().Terminated(reason: "voluntary", lastDay: lastDay), daysAgo: 2);

    private static ReferencePlan In(string location)
        => Leaves(Hired(ReferencePerson.Analyst with { Location = location }), p => p.Terminated(lastDay: "2026-11-30"), "--last-day", "2026-11-30");

    private static ReferencePlan Leaves(ReferencePerson person, Func<ReferencePerson, HrEvent> asked, params string[] arguments) => new(person, [asked(person)], arguments.Length > 0 ? arguments : null);

    private static KnownAccount Account(string system, string id) => new(new SystemName(system), id);

    private static Core.Policies.Configuration WithoutReturns()
        => ReferenceCompany.Configuration with { Policies = [.. ReferenceCompany.Configuration.Policies.Where(p => p.Name is not ("return" or "rehire"))] };
}
