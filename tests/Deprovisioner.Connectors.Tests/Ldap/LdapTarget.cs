using System.Globalization;
using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;
using Deprovisioner.Testing;

namespace Deprovisioner.Connectors.Tests.Ldap;

/// <summary>People with a password and in groups of each kind, on a slapd that may be shared.</summary>
internal sealed class LdapTarget(OpenLdapServer server) : ConformanceTarget
{
    private static int last;

    public override IConnectorKind Kind { get; } = new LdapKind();

    public override SystemSettings Settings => Directories.Settings(server.Url, match: "uid");

    public override SystemSettings WithRefusedCredential => Directories.Settings(server.Url, match: "uid", settings: ("password", RefusedSecret));

    public override SystemSettings Unreachable => Directories.Settings($"ldap://127.0.0.1:{LoopbackPort.Free()}", match: "uid");

    public override (SystemSettings Settings, string Key) Misconfigured
        => (Directories.Settings(server.Url, match: "uid", settings: ("idAttribute", $"*{RefusedSecret}")), "idAttribute");

    public override string Canary => "conformance-canary";

    public override async Task StartAsync()
    {
        if (!await server.Exists($"cn=conformance-canary,{OpenLdapServer.PeopleDn}"))
        {
            await server.AddPerson("conformance-canary", uid: Canary);
        }
    }

    public override async Task<string> NewAccountAsync(StepAction action)
    {
        var name = $"conformance-{Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture)}";
        var dn = await server.AddPerson(name, uid: name, password: "leaver-password");
        await server.AddGroup($"{name}-names", "groupOfNames", dn, OpenLdapServer.ServiceDn);
        await server.AddGroup($"{name}-unique", "groupOfUniqueNames", dn, OpenLdapServer.ServiceDn);
        await server.AddGroup($"{name}-posix", "posixGroup", name);
        return name;
    }
}
