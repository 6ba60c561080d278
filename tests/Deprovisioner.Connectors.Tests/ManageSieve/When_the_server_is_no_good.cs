using Deprovisioner.Connectors.ManageSieve;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.ManageSieve;

/// <summary>What no server says on demand: refusals of other kinds, and answers that are none.</summary>
public sealed class When_the_server_is_no_good
{
    private const string Mailbox = "leaver@example.test";

    [Theory]
    [InlineData("NO (TRYLATER) \"Busy.\"\r\n", Outcome.Transient, "managesieve-trylater")]
    [InlineData("NO (ENCRYPT-NEEDED)\r\n", Outcome.Unauthorized, "managesieve-encrypt-needed")]
    [InlineData("NO (AUTH-TOO-WEAK) \"x\"\r\n", Outcome.Unauthorized, "managesieve-auth-too-weak")]
    [InlineData("NO (transition-needed) \"x\"\r\n", Outcome.Unauthorized, "managesieve-transition-needed")]
    [InlineData("NO (REFERRAL \"sieve://other.example.test\") \"x\"\r\n", Outcome.Rejected, "managesieve-referral")]
    [InlineData("BYE \"Going down.\"\r\n", Outcome.Transient, "managesieve-bye")]
    [InlineData("BYE (TRYLATER) {4}\r\nBusy\r\n", Outcome.Transient, "managesieve-trylater")]
    [InlineData("NO \"Never.\"\r\n", Outcome.Unauthorized, "managesieve-refused")]
    [InlineData("NO \"Internal error occurred. Refer to server log for more information. [2026]\"\r\n", Outcome.Transient, "sign-in-unanswered")]
    [InlineData(null, Outcome.Transient, "sign-in-unanswered")]
    public async Task Every_refusal_to_sign_in_means_what_it_says(string? answer, Outcome outcome, string code)
    {
        await using var server = new ScriptedSieve(_ => answer);

        Assert.Equal((outcome, code), await FaultOf(server, connector => connector.FindAsync(Mailbox, CancellationToken.None)));
    }

    [Theory]
    [InlineData("NO (TRYLATER) \"Busy.\"\r\n", Outcome.Transient, "managesieve-trylater")]
    [InlineData("NO (NONEXISTENT) \"x\"\r\n", Outcome.Rejected, "managesieve-nonexistent")]
    [InlineData("NO\r\n", Outcome.Rejected, "managesieve-no")]
    [InlineData("BYE (QUOTA/MAXSIZE) \"x\"\r\n", Outcome.Transient, "managesieve-bye")]
    [InlineData(null, Outcome.Indeterminate, Fault.NoAnswer)]
    [InlineData("HELLO\r\nOK\r\n", Outcome.Rejected, "managesieve-protocol")]
    [InlineData("\"a\nOK\r\n", Outcome.Rejected, "managesieve-protocol")]
    [InlineData("\"without its end\r\nOK\r\n", Outcome.Rejected, "managesieve-protocol")]
    [InlineData("\"\\\r\nOK\r\n", Outcome.Rejected, "managesieve-protocol")]
    [InlineData("{-1}\r\nOK\r\n", Outcome.Rejected, "managesieve-protocol")]
    [InlineData("{9999999999}\r\nOK\r\n", Outcome.Rejected, "managesieve-protocol")]
    [InlineData("{2000000000}\r\nOK\r\n", Outcome.Rejected, "managesieve-too-much")]
    public async Task Every_refusal_to_list_and_every_answer_that_is_none_means_what_it_says(string? answer, Outcome outcome, string code)
    {
        await using var server = new ScriptedSieve(line => line == "LISTSCRIPTS" ? answer : "OK\r\n");

        Assert.Equal((outcome, code), await FaultOf(server, connector => connector.ReadAsync(Mailbox, CancellationToken.None)));
    }

    [Fact]
    public async Task No_server_can_fill_our_memory()
    {
        foreach (var flood in new[] { new string('x', 100_000), string.Concat(Enumerable.Repeat("\"x\"\r\n", 100_000)), string.Concat(Enumerable.Repeat("\r\n", 100_000)), string.Concat(Enumerable.Repeat($"\"{new string('x', 60_000)}\"\r\n", 80)) })
        {
            await using var server = new ScriptedSieve(line => line == "LISTSCRIPTS" ? flood : "OK\r\n");

            Assert.Equal((Outcome.Rejected, "managesieve-too-much"), await FaultOf(server, connector => connector.ReadAsync(Mailbox, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_when_its_time_is_over()
    {
        await using var server = new ScriptedSieve(_ => "", greeting: "");
        var settings = ManageSieveTarget.With(server.Port) with { Limits = new SystemLimits { Timeout = TimeSpan.FromMilliseconds(300) } };
        await using var host = new ConformanceHost(new ManageSieveKind(), settings);

        var report = await host.Run(ConformanceHost.Command(settings, StepAction.RemoveEntitlements, Mailbox));

        Assert.Equal((Outcome.Transient, Fault.TimedOut), (report.Outcome, report.Code));
    }

    /// <summary>RFC 5804, section 1.7: OWNER.</summary>
    [Fact]
    public async Task A_server_that_signs_the_administrator_in_whoever_is_asked_for_shows_nobodys_mailbox()
    {
        await using var server = new ScriptedSieve(line => line == "CAPABILITY" ? $"\"OWNER\" \"{Testing.DovecotServer.Administrator}\"\r\nOK\r\n" : "OK\r\n");

        Assert.Equal((Outcome.Unauthorized, "managesieve-not-delegated"), await FaultOf(server, connector => connector.FindAsync(Mailbox, CancellationToken.None)));
    }

    [Fact]
    public async Task Literals_are_read_wherever_a_string_can_be()
    {
        await using var server = new ScriptedSieve(line => line switch
        {
            "LISTSCRIPTS" => "{6}\r\nm\"ain\\ ACTIVE\r\n{1+}\r\nb\r\nOK (TAG {1}\r\nx) {2}\r\nOK\r\n",
            "GETSCRIPT \"m\\\"ain\\\\\"" => "{24}\r\nredirect \"a@b.test\";\r\n\r\n\r\nOK\r\n",
            _ when line.StartsWith("GETSCRIPT", StringComparison.Ordinal) => "NO\r\n",
            _ => "OK\r\n",
        });
        await using var connector = Open(server);

        var state = await connector.ReadAsync(Mailbox, CancellationToken.None);

        Assert.Equal(new Entitlement("m\"ain\\", "a@b.test"), Assert.Single(state!.Entitlements));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("a\r\nLOGOUT")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("half a sign")]
    [InlineData("255 characters")]
    public async Task A_name_that_no_mailbox_can_have_is_not_asked_for(string name)
    {
        await using var server = new ScriptedSieve(_ => "OK\r\n");
        await using var connector = Open(server);
        name = name switch
        {
            // Attributes cannot carry it.
            "half a sign" => "a\uD800b",
            "255 characters" => new string('x', 255),
            _ => name,
        };

        Assert.Empty(await connector.FindAsync(name, CancellationToken.None));
        Assert.Null(await connector.ReadAsync(name, CancellationToken.None));
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_server_that_offers_no_way_to_act_for_others_is_told_nothing()
    {
        await using var server = new ScriptedSieve(_ => "OK\r\n", "\"SASL\" \"SCRAM-SHA-256 EXTERNAL\"\r\nOK\r\n");

        Assert.Equal((Outcome.Unauthorized, "managesieve-no-plain"), await FaultOf(server, connector => connector.FindAsync(Mailbox, CancellationToken.None)));
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task The_administrator_signs_in_for_the_mailbox_and_a_long_password_goes_as_a_literal()
    {
        await using var server = new ScriptedSieve(line => line.StartsWith("AUTHENTICATE", StringComparison.Ordinal) ? "" : "OK\r\n");
        var password = new string('p', 2_000);
        await using var connector = new ManageSieveKind().Open(ManageSieveTarget.With(server.Port, password: password), new PlainSecrets(), TimeProvider.System);

        Assert.Single(await connector.FindAsync(Mailbox, CancellationToken.None));

        var sent = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Mailbox}\0{Testing.DovecotServer.Administrator}\0{password}"));
        Assert.Equal([$"AUTHENTICATE \"PLAIN\" {{{sent.Length}+}}", sent], server.Received.Take(2));
    }

    private static IConnector Open(ScriptedSieve server) => new ManageSieveKind().Open(ManageSieveTarget.With(server.Port), new PlainSecrets(), TimeProvider.System);

    private static async Task<(Outcome Outcome, string Code)> FaultOf(ScriptedSieve server, Func<IConnector, Task> call)
    {
        await using var connector = Open(server);
        var fault = (await Assert.ThrowsAsync<SystemFaultException>(() => call(connector)).WaitAsync(TimeSpan.FromSeconds(20))).Fault;
        return (fault.Outcome, fault.Code);
    }
}
