using System.Text.Json.Nodes;
using Deprovisioner.Testing;

namespace Deprovisioner.EndToEnd;

/// <summary>What on-call does at the command line: look, replay, resolve, cancel, pause, resume.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_operators_work(Company company)
{
    [Fact]
    public async Task A_step_that_cannot_succeed_needs_attention_while_the_rest_goes_on_and_completes_when_replayed()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var leaver = await company.Employ();
        var twin = await company.Directory.AddPerson("twin-" + leaver.UserName, mail: leaver.Mail);

        await product.Publish(HrEvents.Terminated(leaver));
        await product.Reached(leaver, "needs-attention");
        await Eventually.True("the rest to be done", async () => !await leaver.IsInCrmGroup() && !await leaver.IsInRole());
        Assert.True(await leaver.CanBind(), "an ambiguous account was touched");
        Assert.Contains("directory disable-account ambiguous", string.Join('\n', await product.Outcomes(leaver)), StringComparison.Ordinal);
        Assert.Contains("needs-attention", await product.Cli("sagas", "list"), StringComparison.Ordinal);

        await company.Directory.Modify($"dn: {twin}\nchangetype: delete\n");
        var saga = await product.Query<Guid>("select saga_id from sagas");
        Assert.Contains("is completed", await product.Cli("replay", saga.ToString(), "--why", "the double entry is gone", "--as", "on-call"), StringComparison.Ordinal);
        await product.Completed(1);

        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        var replays = (await product.Json("sagas", "show", saga.ToString()))["audit"]!.AsArray().Where(row => row!["type"]!.GetValue<string>() == "step-replayed").ToList();
        Assert.NotEmpty(replays);
        Assert.All(replays, row => Assert.Equal("on-call", row!["record"]!["facts"]!["who"]!.GetValue<string>()));
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task Whose_an_account_is_that_a_step_could_not_tell_is_said_by_a_person_and_the_other_one_stays()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var leaver = await company.Employ();
        var twin = await company.Directory.AddPerson("twin-" + leaver.UserName, mail: leaver.Mail, password: "of-the-twin");
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Reached(leaver, "needs-attention");
        await Eventually.True("every step on the directory to fail", async () => await product.Query<long>("select count(*) from steps where system = 'directory' and status <> 'failed'") == 0);
        var saga = await product.Query<Guid>("select saga_id from sagas");
        var step = await product.Query<Guid>("select step_id from steps where system = 'directory' and action = 'disable-account'");
        var candidates = (await product.Json("sagas", "show", saga.ToString()))["stages"]![0]!["steps"]!.AsArray().Single(s => s!["stepId"]!.GetValue<Guid>() == step)!["candidates"]!.AsArray();
        Assert.Equal(new[] { leaver.Dn, twin }.Order(StringComparer.OrdinalIgnoreCase), candidates.Select(c => c!["name"]!.GetValue<string>()).Order(StringComparer.OrdinalIgnoreCase), StringComparer.OrdinalIgnoreCase);
        var theirs = candidates.Single(c => string.Equals(c!["name"]!.GetValue<string>(), leaver.Dn, StringComparison.OrdinalIgnoreCase))!["id"]!.GetValue<string>();

        var (foreign, refused) = await product.TryCli("choose", step.ToString(), "--account", "somebody-else", "--why", "to try");
        await product.Cli("choose", step.ToString(), "--account", theirs, "--why", "the other one is a namesake's", "--as", "on-call");
        await product.Completed(1);

        Assert.Equal(1, foreign);
        Assert.Contains("is none of the accounts that were found", refused, StringComparison.Ordinal);
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.True(await company.Directory.CanSignIn(twin, "of-the-twin"), "the namesake was cut off");
        await product.AuditIsVerified();
    }

    [Fact]
    public async Task A_manual_task_waits_for_a_person_and_holds_nothing_else_up()
    {
        await using var product = await company.Install(new StoryOptions
        {
            MoreSystems = "badge: {connector: manual, owner: facilities, within: 24h}",
            Stages = """
                      - {name: contain, within: 5m, steps: [{system: badge, action: manual-task, instruction: "Block the badge"}, {system: "*", action: disable-account}, {system: "*", action: revoke-sessions}]}
                      - {name: revoke, within: 4h, steps: [{system: "*", action: remove-entitlements}]}
                """,
        });
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await Eventually.True("everything but the badge", async () => await product.Query<long>("select count(*) from steps where status = 'succeeded'") == 7);
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
        Assert.Equal("open-task", await product.Query<string>("select status from steps where system = 'badge'"));

        var task = await product.Query<Guid>("select step_id from steps where system = 'badge'");
        var (refused, _) = await product.TryCli("resolve", task.ToString(), "--why", "no evidence given");
        Assert.Equal(2, refused);
        await product.Cli("resolve", task.ToString(), "--evidence", "badge 4711 in the safe", "--why", "told by facilities");
        await product.Completed(1);
        var (twice, output) = await product.TryCli("resolve", task.ToString(), "--evidence", "again", "--why", "again");
        Assert.Equal(1, twice);
        Assert.Contains("already", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scheduled_termination_waits_for_its_time_and_can_be_cancelled()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var soon = await company.Employ();
        var later = await company.Employ();
        var effectiveAt = TimeProvider.System.GetUtcNow().AddSeconds(6);
        await product.Publish(
            HrEvents.Terminated(soon, more: new JsonObject { ["effectiveAt"] = effectiveAt.ToString("O") }),
            HrEvents.Terminated(later, more: new JsonObject { ["lastDay"] = "2099-12-31", ["timeZone"] = "Pacific/Auckland" }));
        await Eventually.True("both to be planned", async () => await product.Query<long>("select count(*) from sagas") == 2);

        Assert.Equal("2099-12-31 05:00:00", await product.Query<string>($"select to_char(effective_at at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS') from sagas where person_id = '{later.PersonId}'"));
        await product.Completed(1);
        Assert.True(await product.Query<DateTime>("select min(at) from audit where type = 'step-reported'") >= effectiveAt.UtcDateTime, "it was cut before its time");
        Assert.Equal(Employee.NoAccess, await soon.Everywhere());

        var saga = await product.Query<Guid>($"select saga_id from sagas where person_id = '{later.PersonId}'");
        await product.Cli("cancel", saga.ToString(), "--why", "entered for the wrong person");
        Assert.Equal("cancelled", await product.Query<string>($"select status from sagas where saga_id = '{saga}'"));
        Assert.Equal(Employee.FullAccess, await later.Everywhere());
    }

    [Fact]
    public async Task A_paused_system_gets_nothing_until_it_is_resumed()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        await product.Cli("systems", "pause", "crm", "--why", "migration tonight");
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await Eventually.True("the others to be cut, later stages too", async () => !await leaver.CanBind() && !await leaver.IsInDirectoryGroup() && !await leaver.IsInRole());
        Assert.True(await leaver.IsActiveInCrm());
        Assert.Contains("paused by", await product.Cli("systems", "list"), StringComparison.Ordinal);

        await product.Cli("systems", "resume", "crm", "--why", "migration is over");
        await product.Completed(1);
        Assert.Equal(Employee.NoAccess, await leaver.Everywhere());
    }

    [Fact]
    public async Task Plan_people_and_checks_tell_what_is_so_and_change_nothing()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var employee = await company.Employ();
        await product.Publish(HrEvents.Hired(employee));
        await Eventually.True("the hire", async () => await product.Query<long>("select count(*) from employments") == 1);

        var plan = await product.Json("plan", employee.PersonId);
        Assert.Equal(["contain", "revoke"], plan["sagas"]![0]!["stages"]!.AsArray().Select(s => s!["name"]!.GetValue<string>()));
        Assert.Contains("Nothing was done", await product.Cli("plan", employee.PersonId), StringComparison.Ordinal);
        Assert.Equal(employee.Mail, (await product.Json("people", "show", employee.PersonId))["email"]!.GetValue<string>());
        var checks = (await product.Json("systems", "check")).AsArray();
        Assert.Equal(3, checks.Count);
        Assert.All(checks, check => Assert.True(check!["reachable"]!.GetValue<bool>()));
        Assert.Equal(0L, await product.Query<long>("select count(*) from sagas"));
        Assert.Equal(Employee.FullAccess, await employee.Everywhere());
        Assert.Equal(1, (await product.TryCli("people", "show", "nobody")).ExitCode);
        Assert.Equal(1, (await product.TryCli("sagas", "show", Guid.NewGuid().ToString())).ExitCode);
    }
}
