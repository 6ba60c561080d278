using System.Text.Json;
using Deprovisioner.Worker.Commands;

namespace Deprovisioner.Worker.Tests.Commands;

[Collection(OneAtATime.Name)]
public sealed class TerminalTests
{
    [Theory]
    [InlineData("a\u001b[2Jb", "a\uFFFD[2Jb")] // Would clear the screen.
    [InlineData("a\r\nb", "a\uFFFD\uFFFDb")] // Would begin a row of its own.
    [InlineData("a\u009b31mb", "a\uFFFD31mb")] // The same escape in one character (ECMA-48, section 5.4).
    [InlineData("user\u202Etxt.exe", "user\uFFFDtxt.exe")] // Would turn round what follows (UAX #9).
    [InlineData("a\u2066b\u2069", "a\uFFFDb\uFFFD")]
    [InlineData("a\u200Bb", "a\uFFFDb")] // Invisible: two names would look the same.
    [InlineData("a\u2028b", "a\uFFFDb")]
    [InlineData("a\U000E0041b", "a\uFFFDb")] // An invisible tag character, beyond the first plane.
    [InlineData("[red]x[/]", "[red]x[/]")] // The table library's own markup is text here.
    [InlineData("Zoë 李 \U0001F600", "Zoë 李 \U0001F600")]
    public void What_would_rewrite_the_screen_is_made_visible(string cell, string shown)
    {
        var output = Written(() => Terminal.Table("none", ["name"], [[cell]]));

        Assert.Contains(shown, output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_rows_is_a_sentence()
        => Assert.Equal("No sagas." + Environment.NewLine, Written(() => Terminal.Table("No sagas.", ["saga"], [])));

    [Fact]
    public void A_row_stays_on_one_line_in_a_pipe()
    {
        var output = Written(() => Terminal.Table("none", ["id", "person", "status"], [["018f0000-0000-7000-8000-000000000000", new string('p', 120), "needs-attention"]]));

        Assert.Contains(output.Split('\n'), line => line.Contains("018f0000", StringComparison.Ordinal) && line.Contains("needs-attention", StringComparison.Ordinal));
    }

    [Fact]
    public void Escape_sequences_do_not_pass_through_JSON()
    {
        var output = Written(() => Terminal.Json(new { name = "a\u001b[2J\u202Eb" }));

        Assert.DoesNotContain('\u001b', output);
        using var read = JsonDocument.Parse(output);
        Assert.Equal("a\u001b[2J\u202Eb", read.RootElement.GetProperty("name").GetString());
    }

    private static string Written(Action print)
    {
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            print();
            return output.ToString();
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
