using Deprovisioner.Connectors.ActiveDirectory;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Ldap;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.ActiveDirectory;

/// <summary>One domain controller for the tests that leave it as it is but for their own accounts.</summary>
public sealed class SharedDomain : IAsyncLifetime
{
    public SambaDomainController Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await SambaDomainController.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class DomainTests : ICollectionFixture<SharedDomain>
{
    public const string Name = "samba";
}

/// <summary>Connectors to a test's domain.</summary>
internal static class Domains
{
    /// <summary>A connector, with some settings other than usual; an empty value takes a setting away.</summary>
    public static IConnector Connect(this SambaDomainController server, string match = "mail", params (string Key, string Value)[] settings)
        => new ActiveDirectoryKind().Open(Settings(server, match, settings), new Directories.PlainSecrets(), TimeProvider.System);

    public static SystemSettings Settings(SambaDomainController server, string match = "mail", params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string>
        {
            ["url"] = server.Url,
            ["caFile"] = server.CaFile,
            ["bindDn"] = SambaDomainController.ServiceDn,
            ["password"] = SambaDomainController.ServicePassword,
            ["baseDn"] = SambaDomainController.BaseDn,
        };
        foreach (var (key, value) in settings)
        {
            values[key] = value;
        }

        return new SystemSettings
        {
            Name = new SystemName("corp-ad"),
            Connector = "activedirectory",
            Values = values,
            Match = new AccountMatch(match, "person.email"),
            Limits = new SystemLimits { Timeout = TimeSpan.FromSeconds(10), Concurrency = 4 },
        };
    }
}
