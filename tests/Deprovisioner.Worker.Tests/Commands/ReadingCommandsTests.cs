using System.Text.Json.Nodes;

namespace Deprovisioner.Worker.Tests.Commands;

/// <summary>Commands that only look: what machines read of them stays as it is.</summary>
[Collection(OneAtATime.Name)]
public sealed class ReadingCommandsTests(FilledDatabase database) : IClassFixture<FilledDatabase>
{
    private const string ReplayKeys =
        "jobId who why goneWho goneWhy filter status wave untouched sent succeeded failed held skipped cancelled unanswered previewUntil stoppedStep stoppedSystem stoppedCode stoppedSame createdAt changedAt total";

    private const string RunKeys = "runId system status reason detail pages accounts accountedFor disabled protected orphans leaversActive unknown startedAt finishedAt askedBy why";

    [Theory]
    [InlineData("guard status", "", "configured window leavers limit headCount held announcements")]
    [InlineData("guard list", "0", "announcementId size startsAt endsAt askedBy why askedAt approvedBy approvedWhy approvedAt")]
    [InlineData("replay list", "0", ReplayKeys)]
    [InlineData("replay show 1", "", "job waitsFor items")]
    [InlineData("replay show 1", "job", ReplayKeys)]
    [InlineData("replay show 1", "items 0", "item action person")]
    [InlineData("replay show 1", "items 0 item", "jobId ordinal stepId sagaId system before state asked answer answerDetail wave code reason sentAt endedAt")]
    [InlineData("reconcile list", "0", RunKeys)]
    [InlineData("reconcile show 018f0000-0000-7000-8000-000000000001", "0", "run findings")]
    [InlineData("reconcile show 018f0000-0000-7000-8000-000000000001", "0 run", RunKeys)]
    [InlineData("reconcile show 018f0000-0000-7000-8000-000000000001", "0 findings 0", "runId accountId name finding personId sagaId detail next seenAt")]
    [InlineData("audit verify", "", "rows streams faults")]
    [InlineData("report --from 2020-01-01 --until 2026-11-30", "", "summary leavers")]
    public async Task Their_JSON_has_these_keys(string arguments, string at, string keys)
    {
        var result = await database.Run([.. arguments.Split(' '), "--json"]);

        Assert.Equal("", result.Errors);
        var node = JsonNode.Parse(result.Output)!;
        foreach (var step in at.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            node = int.TryParse(step, out var index) ? node[index]! : node[step]!;
        }

        Assert.Equal(keys, string.Join(' ', node.AsObject().Select(property => property.Key)));
    }

    [Fact]
    public async Task The_guards_window_and_limit_are_shown_without_the_organisations_file()
    {
        var json = JsonNode.Parse((await database.Run("guard", "status", "--json")).Output)!;

        Assert.Equal((true, "12:00:00", 2), (json["configured"]!.GetValue<bool>(), json["window"]!.GetValue<string>(), json["limit"]!.GetValue<int>()));
        Assert.Contains("the limit is 2", (await database.Run("guard", "status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_of_a_period_is_told_in_words_as_JSON_and_as_a_table_for_other_programs()
    {
        string[] period = ["report", "--from", "2020-01-01", "--until", "2026-11-30"];

        var words = await database.Run(period);
        var json = JsonNode.Parse((await database.Run([.. period, "--json"])).Output)!;
        var csv = (await database.Run([.. period, "--csv", "-"])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Contains("3 leavers, 0 of them urgent; of 3 everything is done", words.Output, StringComparison.Ordinal);
        Assert.Equal((3, 3), (json["summary"]!["leavers"]!.GetValue<int>(), json["leavers"]!.AsArray().Count));
        Assert.Equal(4, csv.Length);
        Assert.Equal(json["leavers"]!.AsArray().Select(leaver => leaver!["personId"]!.GetValue<string>()), csv.Skip(1).Select(row => row.Split(',')[0]));
        Assert.Contains("Nobody's access ended then.", (await database.Run("report", "--from", "2026-11-29", "--until", "2026-11-30")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_the_audit_are_exported_one_a_line_the_oldest_first()
    {
        var all = Lines((await database.Run("audit", "export")).Output);
        var person = Lines((await database.Run("audit", "export", "--person", "past-2")).Output);
        var saga = Lines((await database.Run("audit", "export", "--saga", person[0]["stream"]!.GetValue<string>(), "--from", "2020-01-01T00:00:00Z", "--until", "2026-11-30T00:00:00Z")).Output);

        Assert.Equal(6, all.Count);
        Assert.Equal(all.Select(Time).Order(), all.Select(Time));
        Assert.Equal(["1", "2"], person.Select(row => row["sequence"]!.ToString()));
        Assert.Equal(person.Select(row => row.ToJsonString()), saga.Select(row => row.ToJsonString()));
        Assert.Empty(Lines((await database.Run("audit", "export", "--person", "nobody")).Output));
    }

    private static DateTimeOffset Time(JsonNode row) => row["at"]!.GetValue<DateTimeOffset>();

    private static List<JsonNode> Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
