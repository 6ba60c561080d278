using System.Net.Sockets;
using Deprovisioner.Connectors.Postgres;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Npgsql;

namespace Deprovisioner.Connectors.Tests.Postgres;

public sealed class SqlFaultsTests
{
    [Theory]
    [InlineData("28P01", Outcome.Unauthorized)]
    [InlineData("28000", Outcome.Unauthorized)]
    [InlineData("42501", Outcome.Unauthorized)]
    [InlineData("3D000", Outcome.Unauthorized)]
    [InlineData("53300", Outcome.Transient)]
    [InlineData("53100", Outcome.Transient)]
    [InlineData("57P01", Outcome.Transient)]
    [InlineData("57P03", Outcome.Transient)]
    [InlineData("57014", Outcome.Transient)]
    [InlineData("08006", Outcome.Transient)]
    [InlineData("40001", Outcome.Transient)]
    [InlineData("40P01", Outcome.Transient)]
    [InlineData("55P03", Outcome.Transient)]
    [InlineData("55006", Outcome.Transient)]
    [InlineData("25006", Outcome.Transient)]
    [InlineData("58030", Outcome.Transient)]
    [InlineData("XX000", Outcome.Transient)]
    [InlineData("42704", Outcome.Transient)]
    [InlineData("2BP01", Outcome.Rejected)]
    [InlineData("0LP01", Outcome.Rejected)]
    [InlineData("42601", Outcome.Rejected)]
    [InlineData("", Outcome.Rejected)]
    public void Each_state_has_its_outcome(string state, Outcome outcome)
    {
        var fault = SqlFaults.Of(state, "said so");

        Assert.Equal((outcome, $"sqlstate-{state}"), (fault.Outcome, fault.Code));
        Assert.StartsWith("said so", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_connection_means_nothing_sent_only_while_connecting()
    {
        var broken = new NpgsqlException("broken", new SocketException((int)SocketError.ConnectionRefused));

        Assert.Equal((Outcome.Transient, Fault.Unreachable), Said(SqlFaults.Of(broken, connecting: true)));
        Assert.Equal((Outcome.Indeterminate, Fault.NoAnswer), Said(SqlFaults.Of(broken, connecting: false)));
        Assert.Null(SqlFaults.Of(new InvalidOperationException("ours"), connecting: false));
    }

    private static (Outcome, string) Said(Fault? fault) => (fault!.Outcome, fault.Code);
}
