using System.Text.Json;
using System.Text.RegularExpressions;
using Deprovisioner.Worker.Tests.Commands;

namespace Deprovisioner.Worker.Tests.Plans;

/// <summary><c>plan</c> on a real database: what it prints is what was approved, and nothing is changed or waited for by it.</summary>
[Collection(OneAtATime.Name)]
public sealed partial class PlanCommandTests(RegistryOfPeople registry) : IClassFixture<RegistryOfPeople>
{
    /// <summary>All that can be asked by options, of people whose past is events alone.</summary>
    public static TheoryData<string> Names => [.. ReferencePlans.All.Where(p => p.Value() is { Arguments: not null, Person.HasWorked: false }).Select(p => p.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_prints_for_a_person_in_the_registry_what_was_approved(string name)
    {
        var plan = ReferencePlans.All[name]();
        var database = await registry.Of(plan.Person);
        var before = await registry.Everything(database);

        var result = await registry.Run(database, ["plan", plan.Person.Id.Value, .. plan.Arguments!]);

        Assert.Equal("", result.Errors);
        Assert.Equal(Unnamed(ApprovedText.Of("Plans/Approved", name)), Unnamed(result.Output));
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(before, await registry.Everything(database));
    }

    [Fact]
    public void Many_people_are_asked_about_so() => Assert.InRange(Names.Count, 20, int.MaxValue);

    [Fact]
    public async Task Its_JSON_says_the_same()
    {
        var plan = ReferencePlans.All["involuntary-urgent"]();

        var result = await registry.Run(await registry.Of(plan.Person), ["plan", "P1001", .. plan.Arguments!, "--json"]);

        using var json = JsonDocument.Parse(result.Output);
        var saga = Assert.Single(json.RootElement.GetProperty("sagas").EnumerateArray());
        Assert.Equal(("planned", "opened", "leaver", "involuntary"), (json.RootElement.GetProperty("verdict").GetString(), saga.GetProperty("fate").GetString(), saga.GetProperty("kind").GetString(), saga.GetProperty("policy").GetString()));
        Assert.Equal(plan.Description.Sagas[0].PlanHash, saga.GetProperty("planHash").GetString());
        Assert.Equal("approval", Assert.Single(json.RootElement.GetProperty("decisions").EnumerateArray()).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task It_waits_for_nobodys_lock_and_needs_no_right_to_change_anything()
    {
        var plan = ReferencePlans.All["changed-end-date"]();
        var database = await registry.Of(plan.Person);
        await registry.Execute("create role looker login password 'looks'; grant select on all tables in schema public to looker", database);
        await using var writer = new Npgsql.NpgsqlConnection(registry.ConnectionString(database, "postgres", Testing.PostgresServer.Password));
        await writer.OpenAsync();
        await using var held = await writer.BeginTransactionAsync();
        await using (var locking = new Npgsql.NpgsqlCommand("select 1 from persons for update; select 1 from sagas for update; select 1 from steps for update; select 1 from guard_lock for update", writer, held))
        {
            await locking.ExecuteNonQueryAsync();
        }

        var result = await registry.RunAs(registry.ConnectionString(database, "looker", "looks") + ";Command Timeout=20", ["plan", "P1001", .. plan.Arguments!]);

        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
        Assert.Contains("SUPERSEDED", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_from_a_file_is_decided_as_it_stands_and_a_recorded_one_is_told()
    {
        var database = await registry.Of(new ReferencePerson().Hired());
        var file = registry.Write("event.json", """
            {"specversion":"1.0","id":"4711","source":"/hris","type":"hr.employment.terminated.v1","time":"2026-11-21T15:00:00Z",
             "data":{"personId":"P9","employmentId":"E9","reason":"misconduct","person":{"email":"eve@example.test","userName":"eve"},"assignment":{"department":"Sales","workerType":"employee"}}}
            """);

        var first = await registry.Run(database, "plan", "--event", file);
        Assert.Contains("terminated: employment E9 of P9; as Sales, employee; reason 'misconduct'", first.Output, StringComparison.Ordinal);
        Assert.Contains("by policy involuntary", first.Output, StringComparison.Ordinal);

        await registry.Execute("insert into inbox (source, event_id, type, person_id, employment_id, event_at, received_at, raw, verdict, reason) values ('/hris', '4711', 'x', 'P1001', 'E1001', now(), now(), '', 'applied', 'x')", database);
        Assert.Contains("was recorded before", (await registry.Run(database, "plan", "--event", file)).Output, StringComparison.Ordinal);

        var other = await registry.Run(database, "plan", "P1001", "--event", file);
        Assert.Equal((1, $"deprovisioner: the event in {file} is about P9, and not about P1001.\n"), (other.ExitCode, other.Errors));
    }

    [Fact]
    public async Task Who_is_not_known_is_told_in_a_sentence_or_planned_by_what_is_said_of_them()
    {
        var database = await registry.Of(new ReferencePerson().Hired());

        var nobody = await registry.Run(database, "plan", "P404");
        Assert.Equal((1, ""), (nobody.ExitCode, nobody.Output));
        Assert.StartsWith("deprovisioner: nobody is known by the id P404. Say who it is with --email", nobody.Errors, StringComparison.Ordinal);

        var told = await registry.Run(database, "plan", "P404", "--email", "eve@example.test", "--reason", "misconduct");
        Assert.Contains("A leaver saga would open for employment P404, by policy involuntary.", told.Output, StringComparison.Ordinal);
        Assert.Contains("warehouse: person.userName is not known", told.Output, StringComparison.Ordinal);

        var stray = await registry.Run(database, "plan", "P1001", "--employment", "E9");
        Assert.Equal((1, "deprovisioner: P1001 has no employment E9, but E1001.\n"), (stray.ExitCode, stray.Errors));
        Assert.Contains("neither a kind of event nor a file", (await registry.Run(database, "plan", "P1001", "--event", "fired")).Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await registry.Run(database, "plan")).ExitCode);
    }

    [Fact]
    public async Task It_tells_where_the_mail_address_is_another_ones_too_and_where_another_configuration_is_in_force()
    {
        var database = await registry.Of(new ReferencePerson().Hired());
        Assert.DoesNotContain("another", (await registry.Run(database, "plan", "P1001")).Output, StringComparison.Ordinal);

        await registry.Execute(
            """
            insert into persons (person_id, email, updated_at) values ('P2', 'ADA@example.test', now());
            insert into employments (person_id, employment_id, status, version, seen, last_event_at)
                select 'P2', 'E2', status, version, seen, last_event_at from employments where employment_id = 'E1001';
            insert into configurations (version, text, taken_up_at) values (repeat('feed', 16), '', now())
            """, database);
        var result = await registry.Run(database, "plan", "P1001");

        Assert.Contains("corp-ldap: another active person has the same person.email", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warehouse: another", result.Output, StringComparison.Ordinal);
        Assert.Contains("The configuration in force is another one (feedfeedfeed)", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hired", "rehire")]
    [InlineData("transferred", "mover")]
    [InlineData("terminated", "voluntary")]
    [InlineData("termination-rescinded", "return")]
    [InlineData("leave-started", "leave-of-absence")]
    [InlineData("leave-ended", "return")]
    [InlineData("changed", null)]
    public async Task Policy_explain_answers_for_a_person_in_the_registry_and_each_kind_of_event(string kind, string? policy)
    {
        var database = await registry.Of(new ReferencePerson().Hired(ReferencePerson.Analyst with { Department = "Legal" }));
        var before = await registry.Everything(database);

        var text = await registry.Run(database, "policy", "explain", "P1001", "--event", kind);
        var json = JsonDocument.Parse((await registry.Run(database, "policy", "explain", "P1001", "--event", kind, "--json")).Output).RootElement;

        Assert.Equal(("", 0), (text.Errors, text.ExitCode));
        Assert.Equal((kind, "P1001", "E1001", "from the registry", policy), (json.GetProperty("event").GetString(), json.GetProperty("person").GetString(), json.GetProperty("employment").GetString(), json.GetProperty("assignmentIs").GetString(), json.GetProperty("policy").GetString()));
        Assert.Contains($"{kind} of P1001, employment E1001; the assignment is from the registry", text.Output, StringComparison.Ordinal);
        Assert.Contains(policy is null ? "No policy applies" : $"{policy}: applies (event ", text.Output, StringComparison.Ordinal);

        // Each policy before it, in the file's order, with its own reason.
        var tried = json.GetProperty("tried").EnumerateArray().Select(t => t.GetString()!).ToList();
        var names = ReferenceCompany.Configuration.Policies.Select(p => p.Name).ToList();
        Assert.Equal(policy is null ? names : names[..(names.IndexOf(policy) + 1)], tried.Select(t => t.Split(':')[0]));
        Assert.All(policy is null ? tried : tried[..^1], line => Assert.Matches("^[a-z-]+: does not apply, the (event is|title is|reason is|worker type is|department is) .+ and it wants .+", line));
        Assert.All(tried, line => Assert.Contains(line, text.Output, StringComparison.Ordinal));
        Assert.Equal(before, await registry.Everything(database));
    }

    [Fact]
    public async Task Policy_explain_says_what_waits_for_an_approval_and_what_cannot_be_undone()
    {
        var database = await registry.Of(new ReferencePerson().Hired());

        var json = JsonDocument.Parse((await registry.Run(database, "policy", "explain", "P1001", "--reason", "misconduct", "--json")).Output).RootElement;

        var retire = json.GetProperty("stages").EnumerateArray().Single(s => s.GetProperty("name").GetString() == "retire");
        Assert.True(retire.GetProperty("approvalRequired").GetBoolean());
        Assert.Equal(["delete-account"], retire.GetProperty("irreversible").EnumerateArray().Select(a => a.GetString()));
        Assert.Contains("transfer-data", (await registry.Run(database, "policy", "explain", "P1001", "--reason", "misconduct")).Output, StringComparison.Ordinal);
        Assert.Equal((1, "deprovisioner: nobody is known by the id P404.\n"), (await registry.Run(database, "policy", "explain", "P404")) is var nobody ? (nobody.ExitCode, nobody.Errors) : default);
    }

    /// <summary>Sagas have other ids in each run, and words may fall into other lines by them: they have as many characters.</summary>
    private static string Unnamed(string text)
    {
        var ids = new List<string>();
        return SagaIds().Replace(text, id =>
        {
            if (!ids.Contains(id.Value))
            {
                ids.Add(id.Value);
            }

            return $"saga-{ids.IndexOf(id.Value)}";
        });
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SagaIds();
}
