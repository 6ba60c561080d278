using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Conforming;
using Deprovisioner.Connectors.Rest.Rendering;

namespace Deprovisioner.Connectors.Tests.Rest;

public sealed class RenderingTests
{
    [Theory]
    [InlineData("$.a.b", "1")]
    [InlineData("$['a']['b']", "1")]
    [InlineData("$.list[0].x", "2")]
    [InlineData("$.list[-1].x", "3")]
    [InlineData("$.list[*].x", "2,3")]
    [InlineData("$.@odata.nextLink", "")]
    [InlineData("$['@odata.nextLink']", "next")]
    [InlineData("$.list[7].x", "")]
    [InlineData("$.nothing.there", "")]
    [InlineData("$.yes", "true")]
    [InlineData("$.empty", "")]
    public void A_location_says_where_something_stands(string location, string expected)
    {
        var body = JsonNode.Parse("""{"a": {"b": 1}, "list": [{"x": 2}, {"x": 3}], "@odata.nextLink": "next", "yes": true, "empty": null}""");

        Assert.Equal(expected, string.Join(',', Location.Parse(location).Location!.In(body).Select(Location.Plain)));
    }

    [Theory]
    [InlineData("a.b")]
    [InlineData("$.")]
    [InlineData("$[")]
    [InlineData("$..a")]
    [InlineData("$[?(@.x)]")]
    [InlineData("$['']")]
    public void What_is_no_location_is_refused(string text) => Assert.NotNull(Location.Parse(text).Fault);

    [Theory]
    [InlineData("/users/{value}", "ada@example.test", "/users/ada%40example.test")]
    [InlineData("/users/{value}", "a b", "/users/a%20b")]
    [InlineData("/users/{value}", "a?b#c&d=e;f", "/users/a%3Fb%23c%26d%3De%3Bf")]
    [InlineData("/users/{value}/keys", "Zoë", "/users/Zo%C3%AB/keys")]
    public void In_a_path_a_value_is_one_segment(string template, string value, string expected) => Assert.Equal(expected, Render(template, Place.Path, value));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("%2e%2e")]
    [InlineData(" a")]
    [InlineData("a\n")]
    public void In_a_path_what_could_point_elsewhere_is_refused(string value)
        => Assert.Equal("unsafe-value", Assert.Throws<Sdk.SystemFaultException>(() => Render("/users/{value}", Place.Path, value)).Fault.Code);

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused_everywhere()
    {
        foreach (var place in Enum.GetValues<Place>())
        {
            Assert.Equal("unsafe-value", Assert.Throws<Sdk.SystemFaultException>(() => Render("{value}", place, "a\uD800")).Fault.Code);
        }
    }

    [Theory]
    [InlineData("{value}", "a&b=c+d%", "a%26b%3Dc%2Bd%25")]
    [InlineData("mail eq \"{value|quoted}\"", "a\" or \"1\" eq \"1", "mail%20eq%20%22a%5C%22%20or%20%5C%221%5C%22%20eq%20%5C%221%22")]
    [InlineData("mail eq \"{value|quoted}\"", "a\\", "mail%20eq%20%22a%5C%5C%22")]
    [InlineData("mail eq '{value|odata}'", "O'Neil", "mail%20eq%20%27O%27%27Neil%27")]
    [InlineData("Email='{value|soql}'", "a\\' OR Id != '", "Email%3D%27a%5C%5C%5C%27%20OR%20Id%20%21%3D%20%5C%27%27")]
    public void In_a_search_a_value_ends_no_quoted_text(string template, string value, string expected) => Assert.Equal(expected, Render(template, Place.Query, value));

    [Theory]
    [InlineData("a\r\nX-Injected: yes")]
    [InlineData("a\0")]
    [InlineData("ä")]
    public void In_a_header_a_value_begins_no_other(string value)
        => Assert.Equal("unsafe-value", Assert.Throws<Sdk.SystemFaultException>(() => Render("{value}", Place.Header, value)).Fault.Code);

    [Fact]
    public void In_a_json_text_a_value_is_a_value_whatever_it_holds()
    {
        var body = new Body.Map(new Dictionary<string, Body> { ["name"] = Text("{value}"), ["greeting"] = Text("Dear {value}"), ["whole"] = Text("{item}"), ["n"] = Text("{item.n|number}") });
        foreach (var name in NastyNames.All.Where(Rendered.IsWhole))
        {
            var rendered = Rendered.Json(body, new Scope().With("value", name).With("item", JsonNode.Parse("""{"n": "12", "list": [1, true]}""")))!;

            Assert.Equal(name, rendered["name"]!.GetValue<string>());
            Assert.Equal($"Dear {name}", rendered["greeting"]!.GetValue<string>());
            Assert.Equal("""{"n":"12","list":[1,true]}""", rendered["whole"]!.ToJsonString());
            Assert.Equal("12", rendered["n"]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("1e3")]
    [InlineData("-1")]
    [InlineData("1}, {")]
    [InlineData("")]
    [InlineData("007")]
    public void What_is_no_number_stands_nowhere_as_one(string value)
        => Assert.Equal("unsafe-value", Assert.Throws<Sdk.SystemFaultException>(() => Rendered.Json(Text("{value|number}"), new Scope().With("value", value))).Fault.Code);

    [Theory]
    [InlineData("0bc7b36a-9ba9-4ce0-83f0-0a526f354e07", true)]
    [InlineData("0BC7B36A-9BA9-4CE0-83F0-0A526F354E07", true)]
    [InlineData(" 0bc7b36a-9ba9-4ce0-83f0-0a526f354e07", false)]
    [InlineData("{0bc7b36a-9ba9-4ce0-83f0-0a526f354e07}", false)]
    [InlineData("0bc7b36a9ba94ce083f00a526f354e07", false)]
    [InlineData("' or '1'='1", false)]
    [InlineData("", false)]
    public void What_is_no_UUID_stands_nowhere_as_one(string value, bool stands)
    {
        string Text() => Rendered.Text(Template.Parse("{value|uuid}").Template!, Place.Query, new Scope().With("value", value));

        if (stands)
        {
            Assert.Equal(value, Text());
        }
        else
        {
            Assert.Equal("unsafe-value", Assert.Throws<Sdk.SystemFaultException>(Text).Fault.Code);
        }
    }

    [Fact]
    public void A_value_that_is_not_known_is_named_and_nothing_is_sent()
    {
        var fault = Assert.Throws<Sdk.SystemFaultException>(() => Rendered.Text(Template.Parse("/x/{facts.person.phone}").Template!, Place.Path, new Scope().With("facts", new Dictionary<string, string>()))).Fault;

        Assert.Equal("no-value", fault.Code);
        Assert.Contains("facts.person.phone", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_with_blanks_are_text()
        => Assert.Equal("query { user { id } }", Render("query { user { id } }", Place.Plain, "x"));

    private static Body.Text Text(string template) => new(Template.Parse(template).Template!);

    private static string Render(string template, Place place, string value) => Rendered.Text(Template.Parse(template).Template!, place, new Scope().With("value", value));
}
