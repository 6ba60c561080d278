using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Intake;
using Newtonsoft.Json.Linq;

namespace Deprovisioner.Core.Tests.Intake;

public sealed class SchemaTests
{
    public static TheoryData<string> Types => [.. HrEventTypes.All];

    [Fact]
    public void Every_event_type_has_a_schema_and_nothing_else_does()
        => Assert.Equal(
            HrEventTypes.All.Select(Schemas.FileOf).Append(Schemas.CommonFile).Append(Schemas.AsyncApiFile).Append("deprovisioner.yaml.schema.json").Append("declared-connector.schema.json").Order(StringComparer.Ordinal),
            Schemas.Files());

    [Fact]
    public void The_files_stand_beside_the_executable_too()
        => Assert.All(Schemas.Files(), file => Assert.Equal(Schemas.Text(file), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Schemas", file))));

    [Theory]
    [MemberData(nameof(Types))]
    public void A_schemas_own_examples_are_valid_events(string type)
    {
        var examples = JObject.Parse(Schemas.Text(Schemas.FileOf(type)))["examples"]!;
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            Assert.Null(HrEventSchemas.Check(type, (JObject)example));
            Assert.Equal(type, Assert.IsType<HrEventParse.Valid>(Parse(example)).Event.Type);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_least_that_an_event_must_hold_is_enough(string type)
    {
        var least = JObject.Parse($$"""{"specversion":"1.0","id":"1","source":"/x","type":"{{type}}","time":"2026-11-21T16:03:11Z","subject":"E1","data":{} }""");
        switch (type)
        {
            case HrEventTypes.Hired:
                Assert.Equal(InvalidEventReason.MissingField, Assert.IsType<HrEventParse.Invalid>(Parse(least)).Reason);
                least["data"]!["person"] = new JObject { ["userName"] = "ada" };
                break;
            case HrEventTypes.Transferred:
                Assert.Equal(InvalidEventReason.MissingField, Assert.IsType<HrEventParse.Invalid>(Parse(least)).Reason);
                least["data"]!["assignment"] = new JObject();
                break;
        }

        Assert.IsType<HrEventParse.Valid>(Parse(least));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_schema_refuses_what_none_may_hold(string type)
    {
        foreach (var (path, value, reason) in new (string Path, JToken? Value, string Reason)[]
        {
            ("id", null, InvalidEventReason.MissingField),
            ("source", null, InvalidEventReason.MissingField),
            ("time", null, InvalidEventReason.MissingField),
            ("data", null, InvalidEventReason.MissingField),
            ("data", "text", InvalidEventReason.WrongType),
            ("data.personId", new string('x', 257), InvalidEventReason.TooLong),
            ("data.urgent", "yes", InvalidEventReason.WrongType),
            ("data.sequence", -1, InvalidEventReason.OutOfRange),
            ("data.person", new JArray(), InvalidEventReason.WrongType),
            ("data.assignment", "Finance", InvalidEventReason.WrongType),
            ("data.accounts", new JArray(new JObject { ["system"] = "crm" }), InvalidEventReason.MissingField),
        })
        {
            var example = (JObject)JObject.Parse(Schemas.Text(Schemas.FileOf(type)))["examples"]![0]!;
            var owner = path.StartsWith("data.", StringComparison.Ordinal) ? (JObject)example["data"]! : example;
            owner[path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..]] = value;
            if (value is null)
            {
                owner.Remove(path);
            }

            Assert.Equal((path, reason), (path, HrEventSchemas.Check(type, example)?.Reason));
        }
    }

    [Fact]
    public void A_schema_is_for_its_own_type()
    {
        var example = (JObject)JObject.Parse(Schemas.Text(Schemas.FileOf(HrEventTypes.Changed)))["examples"]![0]!;
        Assert.NotNull(HrEventSchemas.Check(HrEventTypes.LeaveEnded, example));
    }

    [Theory]
    [InlineData("{\"givenName\":\"Ada\"}", InvalidEventReason.MissingField)]
    [InlineData("{\"email\":null,\"userName\":null}", InvalidEventReason.MissingField)]
    [InlineData("{}", InvalidEventReason.MissingField)]
    [InlineData("null", InvalidEventReason.MissingField)]
    [InlineData("7", InvalidEventReason.WrongType)]
    public void A_hire_needs_something_to_find_the_persons_accounts_by(string person, string reason)
    {
        var text = $$$"""{"specversion":"1.0","id":"1","source":"/x","type":"hr.employment.hired.v1","time":"2026-11-21T16:03:11Z","subject":"E1","data":{"person":{{{person}}}}}""";
        Assert.Equal(reason, Assert.IsType<HrEventParse.Invalid>(HrEventParser.Parse(Encoding.UTF8.GetBytes(text))).Reason);
    }

    [Fact]
    public void The_AsyncAPI_document_names_what_is_on_the_bus()
    {
        var text = Schemas.Text(Schemas.AsyncApiFile);
        var document = new YamlDotNet.RepresentationModel.YamlStream();
        document.Load(new StringReader(text));

        Assert.StartsWith("asyncapi: 3.0.0\n", text, StringComparison.Ordinal);
        Assert.Contains($"address: {Transport.HrEventsExchange}\n", text, StringComparison.Ordinal);
        Assert.Contains($"address: {Transport.EventsExchange}\n", text, StringComparison.Ordinal);
        Assert.Contains($"queue\n      {Transport.HrEventsQueue} is bound", text, StringComparison.Ordinal);
        Assert.All(HrEventTypes.All, type => Assert.Contains($"name: {type}\n      contentType: application/cloudevents+json\n      payload: {{$ref: {Schemas.FileOf(type)}}}\n", text, StringComparison.Ordinal));
    }

    private static HrEventParse Parse(JToken example) => HrEventParser.Parse(Encoding.UTF8.GetBytes(example.ToString(Newtonsoft.Json.Formatting.None)));
}
