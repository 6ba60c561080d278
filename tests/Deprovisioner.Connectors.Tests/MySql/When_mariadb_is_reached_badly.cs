using System.Diagnostics;
using Deprovisioner.Connectors.MySql;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.MySql;

/// <summary>Certificates, and a server that stops answering: on one of its own, since it is frozen.</summary>
public sealed class When_mariadb_is_reached_badly : IAsyncLifetime
{
    private MariaDbServer server = null!;

    public async Task InitializeAsync() => server = await MariaDbServer.StartNew();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_server_is_trusted_by_its_authority_and_by_no_other_and_a_frozen_one_keeps_nobody_waiting()
    {
        await server.Run("create user ada@'%' require ssl");
        await using var trusting = Open(MariaDbTarget.With(server.ConnectionString(), server.Authority));
        Assert.Single(await trusting.FindAsync("ada", default));

        await using var doubting = Open(MariaDbTarget.With(server.ConnectionString(), server.OtherAuthority));
        var untrusted = (await Assert.ThrowsAsync<SystemFaultException>(() => doubting.FindAsync("ada", default))).Fault;
        Assert.Equal((Outcome.Unauthorized, Fault.Untrusted), (untrusted.Outcome, untrusted.Code));

        var before = (await trusting.ReadAsync("ada", default))!;
        server.Freeze(true);
        try
        {
            foreach (var call in new Func<CancellationToken, Task>[]
            {
                token => trusting.FindAsync("ada", token),
                token => trusting.ActAsync(new ActRequest { Action = StepAction.DisableAccount, Before = before, Facts = new Dictionary<string, string>() }, token),
                token => trusting.CheckAsync(token),
            })
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
                var watch = Stopwatch.StartNew();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call(limit.Token));
                Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.3), $"{watch.Elapsed}");
            }

            await using var impatient = Open(MariaDbTarget.With(server.ConnectionString()) with { Limits = new SystemLimits { Timeout = TimeSpan.FromSeconds(1) } });
            var silent = (await Assert.ThrowsAsync<SystemFaultException>(() => impatient.FindAsync("ada", default))).Fault;
            Assert.Equal((Outcome.Transient, Fault.Unreachable), (silent.Outcome, silent.Code));
        }
        finally
        {
            server.Freeze(false);
        }

        // What was given up on its way may still be carried out; the connector is of use again.
        Assert.NotNull(await trusting.ReadAsync("ada", default));
    }

    private static IConnector Open(SystemSettings settings) => new MySqlKind(ServerDialect.MariaDb).Open(settings, new PlainSecrets(), TimeProvider.System);
}
