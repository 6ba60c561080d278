using Deprovisioner.Connectors.MySql;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.MySql;

/// <summary>MySQL cannot be run where these tests run: what is sent to it, and read from it, is compared with its manual.</summary>
public sealed class MySqlDialectTests
{
    private const string Hash = "$A$005$abcdefghijklmnopqrst0123456789012345678901234567890123456789012";

    [Theory]
    [InlineData("caching_sha2_password", Hash, null, 1)]
    [InlineData("caching_sha2_password", Hash, """{"additional_password": "$A$005$old"}""", 2)]
    [InlineData("caching_sha2_password", "", null, 1)]
    [InlineData("caching_sha2_password", ServerDialect.NoPasswordOfMySql, null, 0)]
    [InlineData("caching_sha2_password", ServerDialect.NoPasswordOfMySql, """{"additional_password": "$A$005$old"}""", 1)]
    [InlineData("mysql_no_login", "", null, 0)]
    [InlineData("auth_socket", "", """{"metadata": {"comment": "x"}}""", 1)]
    public void Ways_to_sign_in_are_counted_as_the_manual_keeps_them(string plugin, string password, string? attributes, int count)
        => Assert.Equal(count, ServerDialect.MySqlEntry("ada", "%", "N", plugin, password, attributes).Methods.Count);

    [Fact]
    public void A_lock_and_partial_revokes_are_read()
    {
        var entry = ServerDialect.MySqlEntry("ada", "%", "Y", "auth_socket", null, """{"Restrictions": [{"Database": "mysql", "Privileges": ["SELECT"]}]}""");

        Assert.True(entry is { Locked: true, PartialRevokes: true });
        Assert.True(ServerDialect.MySqlEntry("ada", "%", "N", "auth_socket", null, null) is { Locked: false, PartialRevokes: false });
    }

    /// <summary>https://dev.mysql.com/doc/refman/8.4/en/revoke.html and grant.html</summary>
    [Theory]
    [InlineData("""["Global","SYSTEM_VARIABLES_ADMIN"]""", "SYSTEM_VARIABLES_ADMIN on *.*", false)]
    [InlineData("""["Schema","SELECT","sh`op"]""", "SELECT on `sh``op`.*", false)]
    [InlineData("""["Table","GRANT OPTION","shop","t"]""", "GRANT OPTION on `shop`.`t`", false)]
    [InlineData("""["Column","SELECT","shop","t","a"]""", "SELECT (`a`) on `shop`.`t`", false)]
    [InlineData("""["Routine","EXECUTE","FUNCTION","shop","f"]""", "EXECUTE on FUNCTION `shop`.`f`", false)]
    [InlineData("""["Role","ROLE","readers","%"]""", "`readers`@`%`", true)]
    [InlineData("""["Proxy","PROXY","","%"]""", "PROXY ON ''@`%`", false)]
    public void Each_grant_is_revoked_by_its_own_statement(string id, string what, bool role)
    {
        var (grant, entry) = (Grant.Parse(id)!, ServerDialect.MySqlEntry("a`da", "10.%", "N", "auth_socket", null, null));

        Assert.Equal(id, grant.Id);
        Assert.Equal($"revoke {what} from `a``da`@`10.%`", grant.Revoke(ServerDialect.MySql, entry));
        Assert.Equal(role ? $"grant {what} to `a``da`@`10.%` with admin option" : null, role ? grant.Give(ServerDialect.MySql, entry, passOn: true) : null);
    }

    [Theory]
    [InlineData(1045, Outcome.Unauthorized)]
    [InlineData(1698, Outcome.Unauthorized)]
    [InlineData(1044, Outcome.Unauthorized)]
    [InlineData(1142, Outcome.Unauthorized)]
    [InlineData(1227, Outcome.Unauthorized)]
    [InlineData(1095, Outcome.Unauthorized)]
    [InlineData(3118, Outcome.Unauthorized)]
    [InlineData(4151, Outcome.Unauthorized)]
    [InlineData(1820, Outcome.Unauthorized)]
    [InlineData(1040, Outcome.Transient)]
    [InlineData(1290, Outcome.Transient)]
    [InlineData(1836, Outcome.Transient)]
    [InlineData(1047, Outcome.Transient)]
    [InlineData(1205, Outcome.Transient)]
    [InlineData(1213, Outcome.Transient)]
    [InlineData(1396, Outcome.Rejected)]
    [InlineData(1064, Outcome.Rejected)]
    [InlineData(1146, Outcome.Rejected)]
    public void Errors_are_graded_by_their_numbers(int number, Outcome outcome)
        => Assert.Equal(new Fault(outcome, $"mysql-{number}", "m"), MySqlFaults.Of(number, "m") with { Message = "m" });

    [Fact]
    public void A_server_that_is_too_old_is_the_systems_trouble()
        => Assert.Equal(Outcome.Unauthorized, MySqlFaults.Of(1146, "Table 'mysql.role_edges' doesn't exist").Outcome);

    [Theory]
    [InlineData("Server=db.example.test;User ID=x", false)]
    [InlineData("Server=db.example.test;User ID=x;SslMode=None", false)]
    [InlineData("Server=db.example.test;User ID=x;SslMode=VerifyCA", true)]
    [InlineData("Server=127.0.0.1;User ID=x", true)]
    public void A_server_elsewhere_is_verified_unless_somebody_said_otherwise(string connection, bool verified)
    {
        var server = new MySqlServer(new SettingsReader(MariaDbTarget.With(connection), new Conformance.PlainSecrets()), new SystemLimits(), ServerDialect.MySql);

        Assert.Equal(verified || !connection.Contains("SslMode", StringComparison.Ordinal), server.Encrypted);
    }
}
