using Deprovisioner.Connectors.Ldap;
using Deprovisioner.Connectors.Tests.Conformance;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Ldap;

[Collection(DirectoryTests.Name)]
public sealed class LdapProtectedTests(SharedDirectory shared)
{
    [Theory]
    [InlineData("cn=NAME*", true)]
    [InlineData("CN = NAME , ou=people,*", true)]
    [InlineData("NAME", true)]
    [InlineData("NAME-login", true)]
    [InlineData("NAME@*", true)]
    [InlineData("NAM", false)]
    public async Task An_entry_is_protected_by_whatever_people_call_it(string pattern, bool isProtected)
    {
        var name = "p" + Guid.NewGuid().ToString("N")[..8];
        var dn = await shared.Server.AddPerson(name, uid: $"{name}-login", mail: $"{name}@example.test", password: "hers");
        await shared.Server.AddGroup($"{name}-team", "groupOfNames", dn);
        var settings = Directories.Settings(shared.Server.Url);
        await using var host = new ConformanceHost(new LdapKind(), settings)
        {
            Protected = new ProtectedEntries([], new Dictionary<string, IReadOnlyList<string>> { ["*"] = [pattern.Replace("NAME", name, StringComparison.Ordinal)] }),
        };

        foreach (var action in new[] { StepAction.DisableAccount, StepAction.RevokeCredentials, StepAction.RemoveEntitlements, StepAction.DeleteAccount })
        {
            var report = await host.Run(ConformanceHost.Command(settings, action, $"{name}@example.test"));
            Assert.Equal((isProtected ? Outcome.Rejected : Outcome.Changed, isProtected), (report.Outcome, report.Code == "protected"));
            Assert.Equal(isProtected, await shared.Server.CanSignIn(dn, "hers"));
        }
    }
}
