using Deprovisioner.Connectors.ManageSieve;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

/// <summary>What is a forward, and what only looks like one.</summary>
public sealed class SieveScriptTests
{
    [Theory]
    [InlineData("redirect \"a@b.test\";", "a@b.test")]
    [InlineData("REDIRECT :copy \"a@b.test\" ;", "a@b.test")]
    [InlineData("redirect\n# of old\n/* and */ \"a@b.test\"\n;", "a@b.test")]
    [InlineData("if allof (true, not false) { if header :is [\"a\", \"b\"] \"c\" { redirect \"a@b.test\"; } }", "a@b.test")]
    [InlineData("if false { keep; } elsif true { stop; } else { redirect \"a@b.test\"; }", "a@b.test")]
    [InlineData("redirect \"a@b.test\"; redirect \"c@d.test\"; redirect \"a@b.test\";", "a@b.test|c@d.test")]
    [InlineData("redirect \"a\\\"b\\\\c\\d@e.test\";", "a\"b\\cd@e.test")]
    [InlineData("set \"to\" \"x\"; redirect \"${to}\";", "${to}")]
    [InlineData("redirect text:\r\na@b.test\r\n.\r\n;", "a@b.test\r\n")]
    [InlineData("if size :over 100K { redirect \"a@b.test\"; }", "a@b.test")]
    [InlineData("notify :message \"got mail\" \"mailto:a@b.test\";", "mailto:a@b.test")]
    [InlineData("notify \"xmpp:a@b.test\";", "notify xmpp:a@b.test")]
    [InlineData("notify :method \"mailto\" :options [\"a@b.test\"] :message \"m\";", "notify mailto a@b.test m")]
    [InlineData("pipe :try \"forwarder\" [\"a@b.test\"];", "pipe forwarder a@b.test")]
    [InlineData("if execute \"forwarder\" { stop; }", "unknown: a program is asked")]
    [InlineData("report \"abuse\" \"m\" \"a@b.test\";", "report abuse m a@b.test")]
    public async Task It_forwards(string script, string destinations) => Assert.Equal(destinations.Split('|'), (await Of(script)).Destinations);

    [Theory]
    [InlineData("")]
    [InlineData("keep;")]
    [InlineData("# redirect \"a@b.test\";")]
    [InlineData("/* redirect \"a@b.test\"; \n * redirect \"a@b.test\"; */ keep;")]
    [InlineData("# /*\nkeep; # */ redirect \"a@b.test\";")]
    [InlineData("vacation \"; redirect \\\"a@b.test\\\";\";")]
    [InlineData("vacation text: # as told\r\nredirect \"a@b.test\";\r\n..\r\nredirect \"a@b.test\";\r\n.\r\n;")]
    [InlineData("fileinto \"redirect\"; addflag \"notify\";")]
    [InlineData("if header :contains \"subject\" \"redirect\" { discard; }")]
    public async Task It_does_not(string script) => Assert.Empty((await Of(script)).Destinations);

    [Theory]
    [InlineData("keep")]
    [InlineData("keep; }")]
    [InlineData("if true { keep;")]
    [InlineData("vacation \"away;")]
    [InlineData("vacation text:\r\naway\r\n")]
    [InlineData("vacation text: away\r\n.\r\n;")]
    [InlineData("/* keep;")]
    [InlineData("\"redirect\";")]
    [InlineData("keep; \u0001")]
    [InlineData("if allof (true, false { keep; }")]
    [InlineData("if anyof [true) { keep; }")]
    [InlineData("keep , ;")]
    [InlineData("keep :;")]
    [InlineData("keep 12x;")]
    [InlineData("„keep“;")]
    public async Task What_cannot_be_understood_counts_as_a_forward_and_says_so(string script)
        => Assert.StartsWith("unknown: main cannot be understood", Assert.Single((await Of(script)).Destinations), StringComparison.Ordinal);

    [Fact]
    public async Task What_is_no_text_counts_too()
    {
        var forwards = await MailForwards.OfAsync("main", new HashSet<string> { "main" }, _ => Task.FromResult<string?>(null));

        Assert.Equal(["unknown: main cannot be understood (It is not UTF-8)"], forwards.Destinations);
    }

    [Fact]
    public async Task What_is_included_counts_over_all_steps_and_in_a_circle()
        => Assert.Equal(["a@b.test"], (await Of(
            "include \"one\"; include :global \"two\"; include :personal \"not there\";",
            ("one", "include :once :optional \"three\"; include \"main\";"), ("two", "redirect \"global@b.test\";"), ("three", "redirect \"a@b.test\";"), ("never", "redirect \"never@b.test\";"))).Destinations);

    [Fact]
    public async Task What_is_included_by_a_variable_is_not_known()
        => Assert.Equal(["unknown: what is included is only known when it runs (${which})"], (await Of("include \"${which}\";")).Destinations);

    [Fact]
    public async Task More_scripts_than_can_run_are_not_all_read()
    {
        var read = 0;
        var names = Enumerable.Range(0, 1_000).Select(i => $"s{i}").ToHashSet();

        var forwards = await MailForwards.OfAsync("s0", names, name =>
        {
            read++;
            return Task.FromResult<string?>($"include \"s{int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture) + 1}\";");
        });

        Assert.Equal(["more included scripts than can run"], forwards.Destinations);
        Assert.InRange(read, 1, 256);
    }

    [Fact]
    public async Task What_ends_with_a_script_beside_its_forwards_is_named()
        => Assert.Equal(["fileinto", "vacation"], (await Of("require \"x\"; if true { vacation \"v\"; } fileinto \"a\"; fileinto \"b\"; redirect \"c\";")).OtherCommands);

    private static Task<MailForwards> Of(string main, params (string Name, string Text)[] others)
    {
        var scripts = others.Append(("main", main)).ToDictionary(script => script.Item1, script => script.Item2);
        return MailForwards.OfAsync("main", scripts.Keys.ToHashSet(), name => Task.FromResult<string?>(scripts[name]));
    }
}
