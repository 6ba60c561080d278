using Deprovisioner.Contracts;
using Deprovisioner.Core.Access;
using Deprovisioner.Core.Sagas;
using Xunit.Abstractions;

namespace Deprovisioner.Core.Tests.Access;

/// <summary>Random role models and random histories against a small model of sets: what is owed is taken away, and nothing that is justified.</summary>
public sealed class RandomMoversTests(ITestOutputHelper output)
{
    private const int Histories = 20_000;

    private static readonly string[] Departments = ["Finance", "Sales", "Legal"];
    private static readonly string[] Titles = ["Analyst", "Head"];
    private static readonly string[] Systems = ["corp-ldap", "warehouse"];
    private static readonly string[] Entitlements = ["a", "b", "c", "d"];
    private static readonly string[] Employments = ["E1", "E2", "E3"];

    [Fact]
    public void What_is_owed_is_taken_away_and_what_anything_justifies_never_is()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var (events, taken) = (0, 0);
        for (var history = 0; history < Histories; history++)
        {
            var random = new Random(unchecked((seed * 31) + history));
            try
            {
                events += Play(random, ref taken);
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}, history {history}: {error.Message}", error);
            }
        }

        output.WriteLine($"{Histories} histories, {events} events, {taken} entitlements taken away");
        Assert.True(taken > Histories / 10, "Hardly anything was ever taken away: this proves nothing.");
    }

    private static int Play(Random random, ref int taken)
    {
        var roles = Enumerable.Range(0, random.Next(1, 6)).Select(i => RandomRole(random, i)).ToList();
        var run = new TransferRun(TransferRun.Mover(TimeSpan.FromDays(random.Next(3))), roles);
        var owed = new HashSet<string>();
        var works = new Dictionary<string, Assignment>();
        var length = random.Next(2, 16);
        run.Hire(works["E1"] = RandomAssignment(random));
        for (var i = 0; i < length; i++)
        {
            run.Now += TimeSpan.FromHours(random.Next(1, 48));
            var employment = Employments[random.Next(Employments.Length)];
            var to = RandomAssignment(random);
            switch (random.Next(6))
            {
                case 0 when !works.ContainsKey(employment):
                    run.Hire(works[employment] = to, employment);
                    break;
                case 1 when works.ContainsKey(employment) && works.Count > 1:
                    run.Terminate(employment: employment);
                    owed.UnionWith(Naively(roles, works[employment]));
                    works.Remove(employment);
                    break;
                case 2 or 5 when run.OpenMovers.SelectMany(m => m.Steps).FirstOrDefault(s => s.Status is StepStatus.Due) is { } due:
                    AssertNothingJustifiedLeaves(run, roles, works);
                    taken += due.Selection!.Remove.Count;
                    owed.ExceptWith(due.Selection.Remove.Select(e => $"{due.System} {e}"));
                    run.Run(due);
                    break;
                case var choice when works.TryGetValue(employment, out var from):
                    works[employment] = to;
                    owed.UnionWith(Naively(roles, from));
                    run.Decide(choice == 3 ? HrEventTypes.Changed : HrEventTypes.Transferred, to, employment);
                    break;
                default:
                    continue;
            }

            run.Look();

            AssertNothingJustifiedLeaves(run, roles, works);
            owed.ExceptWith(works.Values.SelectMany(a => Naively(roles, a)));
            Assert.Equal(owed.Order(StringComparer.Ordinal), run.Leaving());
        }

        return length;
    }

    private static void AssertNothingJustifiedLeaves(TransferRun run, List<AccessRole> roles, Dictionary<string, Assignment> works)
        => Assert.Empty(run.Leaving().Intersect(works.Values.SelectMany(a => Naively(roles, a))));

    /// <summary>Written once more, so that a mistake in the model's own matching does not agree with itself.</summary>
    private static IEnumerable<string> Naively(List<AccessRole> roles, Assignment assignment)
    {
        foreach (var role in roles)
        {
            var department = role.When.Departments.Count == 0 || role.When.Departments.Any(d => d == assignment.Department);
            var title = role.When.Titles.Count == 0 || role.When.Titles.Any(t => t == assignment.Title);
            foreach (var (system, granted) in role.Grants)
            {
                foreach (var entitlement in granted.Where(_ => department && title))
                {
                    yield return $"{system} {entitlement}";
                }
            }
        }
    }

    private static AccessRole RandomRole(Random random, int index)
        => TransferRun.Role(
            $"role-{index}",
            new RoleCondition { Departments = Some(random, Departments), Titles = Some(random, Titles) },
            [.. Systems.Where(_ => random.Next(3) > 0).Select(system => (system, Entitlements.Where(_ => random.Next(2) == 0).ToArray()))]);

    private static IReadOnlyList<string> Some(Random random, string[] all) => random.Next(3) == 0 ? [] : [.. all.Where(_ => random.Next(2) == 0)];

    private static Assignment RandomAssignment(Random random)
        => new(Departments[random.Next(Departments.Length)], Titles[random.Next(Titles.Length)], "Berlin", null, "employee");
}
